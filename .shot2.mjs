import { chromium } from '@playwright/test';
const b = await chromium.launch({executablePath:'/usr/bin/chromium',args:['--no-sandbox','--disable-gpu']});
const go = async (name, viewport, hash, act, dark) => {
  const p = await b.newPage({viewport, colorScheme: dark?'dark':'light'});
  p.on('pageerror',e=>console.log(name,String(e)));
  await p.goto('http://127.0.0.1:4621/'+hash); await p.waitForSelector('.scene [data-pod]'); await p.waitForTimeout(300);
  try { await act?.(p); } catch (e) { console.log(name, String(e).slice(0,200)); }
  await p.waitForTimeout(500); await p.screenshot({path:`/tmp/wbtl/${name}.png`}); await p.close();
};
const W={width:1440,height:900}, L={width:1366,height:768}, N={width:390,height:844}, T={width:900,height:700};
const contents = async p => { await p.locator('.pick').click(); };
await go('e-tablet', T, '#5.5-cni/3');
await go('f-story-narrow', N, '#5.5-cni/3', async p => { await p.locator('.brief .more').click(); });
await go('k-predict-narrow', N, '#5.1-with-policies/3');
await b.close();
