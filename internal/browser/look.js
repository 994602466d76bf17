// Opens one report in Chromium, uses it as people do, and prints what happened as JSON.
//
//   node look.js REPORT.html [FOLDER]      FOLDER gets screenshots
//   node look.js REPORT.html --open        only how long it takes until it is drawn
//
// CHROMIUM names the browser; MODULES is where playwright-core and axe-core are installed.
'use strict';
const path = require('path');
const modules = process.env.MODULES || path.join(__dirname, 'node_modules');
const { chromium } = require(path.join(modules, 'playwright-core'));
const axe = require(path.join(modules, 'axe-core')).source;

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const [, , file, folder] = process.argv;
const url = 'file://' + path.resolve(file);
const said = { console: [], requests: [], axe: [], overflow: [], opened: 0 };

// open gives a page that reports everything it says and asks for.
async function open(browser, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on('console', m => said.console.push(m.text()));
  page.on('pageerror', e => said.console.push(String(e)));
  page.on('request', r => { if (r.url() !== url) said.requests.push(r.url()); });
  const start = Date.now();
  await page.goto(url, { waitUntil: 'load' });
  if (options.javaScriptEnabled !== false) await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
  if (!said.opened) said.opened = Date.now() - start;
  return page;
}

async function picture(page, name) {
  if (folder) await page.screenshot({ path: path.join(folder, name + '.png'), fullPage: true });
}

// faults lists what axe calls serious or critical.
async function faults(page, where) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
  for (const v of found.violations) {
    if (v.impact === 'serious' || v.impact === 'critical') said.axe.push(`${where}: ${v.id}: ${v.nodes.length} x ${v.nodes[0].html.slice(0, 200)}`);
  }
}

const visible = page => page.evaluate(() => [...document.querySelectorAll('#found tbody tr')].filter(r => r.offsetParent !== null).length);

async function filters(page) {
  if (!await page.locator('#filter').count()) return null;
  const all = await visible(page);
  const first = (await page.locator('#found tbody tr td:nth-child(3) code').first().textContent()).trim();
  await page.fill('#query', first);
  const searched = await visible(page);
  const output = await page.locator('#shown').textContent();
  const fits = await page.evaluate(word => [...document.querySelectorAll('#found tbody tr')].every(r => r.hidden === !r.textContent.toLowerCase().includes(word)), first.toLowerCase());
  await page.fill('#query', 'nothing has this name at all');
  const none = await visible(page);
  await page.fill('#query', '');
  const kind = await page.locator('[name=kind]').first().getAttribute('value');
  await page.locator('[name=kind]').first().uncheck();
  const unchecked = await visible(page);
  const of = await page.locator(`#found tbody tr[data-kind="${kind}"]`).count();
  await page.locator('[name=kind]').first().check();
  return { all, searched, output, fits, none, unchecked, of };
}

async function zones(page) {
  const map = page.locator('.zonemap').first();
  if (!await map.count()) return null;
  const inputs = await map.locator('input[type=radio]').count();
  const seen = [];
  for (let i = 0; i < inputs; i++) {
    await map.locator(`input.r${i}`).focus();
    await page.keyboard.press('Space');
    seen.push({
      said: await map.locator('.say:visible').count(), right: await map.locator(`.say.s${i}`).isVisible(),
      crossed: await map.locator('.lost:visible').count(), text: (await map.locator('.say:visible').first().textContent()).trim(),
    });
  }
  await map.locator('label').first().click();
  return seen;
}

async function keyboard(page) {
  await page.keyboard.press('Tab');
  const skip = await page.evaluate(() => document.activeElement.className);
  const shown = await page.evaluate(() => document.activeElement.getBoundingClientRect().left >= 0);
  await page.keyboard.press('Enter');
  return { skip, shown, hash: await page.evaluate(() => location.hash) };
}

async function print(page) {
  await page.emulateMedia({ media: 'print' });
  const out = await page.evaluate(() => {
    const shown = e => e.getClientRects().length > 0;
    const all = s => [...document.querySelectorAll(s)];
    const inside = all('#found details p');
    return {
      controls: all('nav, form, fieldset, summary').filter(shown).length,
      sentences: all('.say').filter(shown).length, ofSentences: all('.say').length,
      open: inside.filter(e => e.checkVisibility({ contentVisibilityAuto: true })).length, ofOpen: inside.length,
      background: getComputedStyle(document.body).backgroundColor,
    };
  });
  await picture(page, 'print');
  if (folder) await page.pdf({ path: path.join(folder, 'print.pdf'), preferCSSPageSize: true, printBackground: true });
  await page.emulateMedia({ media: 'screen' });
  return out;
}

async function main() {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: flags });
  const light = await open(browser, { viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
  if (folder === '--open') {
    await browser.close();
    console.log(JSON.stringify(said));
    return;
  }
  said.keyboard = await keyboard(light);
  said.filters = await filters(light);
  said.zones = await zones(light);
  await picture(light, 'light');
  await faults(light, 'light');
  said.print = await print(light);
  const dark = await open(browser, { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' });
  await picture(dark, 'dark');
  await faults(dark, 'dark');
  for (const width of [360, 600, 1000, 1920]) {
    const page = await open(browser, { viewport: { width, height: 800 } });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > width) said.overflow.push(`${wide} at ${width}`);
    if (width === 360) { await picture(page, 'narrow'); await faults(page, 'narrow'); }
  }
  const bare = await open(browser, { viewport: { width: 1280, height: 900 }, javaScriptEnabled: false });
  said.bare = { form: await bare.locator('#filter').isVisible(), rows: await bare.locator('#found tbody tr:visible').count(), ofRows: await bare.locator('#found tbody tr').count() };
  await browser.close();
  console.log(JSON.stringify(said));
}

main().catch(e => { console.error(e); process.exit(1); });
