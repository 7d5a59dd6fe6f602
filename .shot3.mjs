import { chromium } from '@playwright/test';
const b = await chromium.launch({executablePath:'/usr/bin/chromium',args:['--no-sandbox','--disable-gpu']});
for (const v of [{width:1440,height:900},{width:390,height:844}]) { const p = await b.newPage({viewport:v});
for (const id of ['5.5-cni/1','5.5-cni/2','5.5-cni/3','5.5-cni/4']) { await p.goto('http://127.0.0.1:4621/#'+id); await p.reload(); await p.waitForSelector('.scene [data-pod]'); await p.waitForTimeout(600);
 console.log(id, JSON.stringify(await p.evaluate(()=>[[...document.querySelectorAll('.scene [data-pod]')].map(e=>{const r=e.querySelector('.box').getBoundingClientRect();return e.dataset.pod.split('/').pop()+' '+Math.round(r.x)+','+Math.round(r.y)}).join(' | '), document.querySelector('.scene-holder').getBoundingClientRect().height])));
}}
await b.close();
