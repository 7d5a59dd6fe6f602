// Playwright's settings: the built page in dist/, in the Chromium of this machine.
import { existsSync, readFileSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

const root = new URL('../../', import.meta.url);
const port = Number(process.env.E2E_PORT ?? 4173);

const browsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
// The same arguments as the wasm tests' browser has; Playwright asks for headless itself.
const { args } = JSON.parse(readFileSync(new URL('webdriver.json', root), 'utf8'))['goog:chromeOptions'];

export default defineConfig({
  testDir: '.',
  outputDir: '../../target/e2e',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 2,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: '../../target/results/e2e.json' }]],
  use: {
    baseURL: `http://127.0.0.1:${port}/`,
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM || browsers.find((path) => existsSync(path)),
      args: args.filter((arg) => arg !== '--headless'),
    },
  },
  webServer: {
    command: `node serve.js ${port}`,
    url: `http://127.0.0.1:${port}/`,
    reuseExistingServer: false,
  },
});
