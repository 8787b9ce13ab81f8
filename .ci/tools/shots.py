#!/usr/bin/env python3
"""Looks at every page as people see it: shots.py --binary FILE --lab FILE --shots FOLDER

Chromium goes to each page, in English and German; each is looked at in light and dark, at 375 and at 1000 pixels:

- nothing scrolls sideways; one h1; every input has a label; the language is the one that was asked for
- each text has a contrast of 4.5 to what is behind it
- Tab reaches all that can be operated, in the order of the page, and shows where it is
- no style or script stands in the page, and nothing is said in the console

The lab.yaml is only read. A screenshot of each goes to --shots. Prints PASS or FAIL per page. Exit code 1 when a check failed.
"""

import argparse
import collections
import http.server
import pathlib
import re
import sys
import threading
import time

from selenium.webdriver.common.by import By

import chromium
import provider
from provider import SCOPE, Browser, Lab, Server, check, free_ports

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument('--binary', required=True)
parser.add_argument('--lab', required=True)
parser.add_argument('--shots', required=True)
parser.add_argument('--log', help='where the server\'s log goes')
options = parser.parse_args()
shots = pathlib.Path(options.shots)
shots.mkdir(parents=True, exist_ok=True)

published = f'http://127.0.0.1:{free_ports(1)[0]}'
THEMES, WIDTHS, LANGUAGES = ('light', 'dark'), (375, 1000), ('en', 'de')
faults = collections.defaultdict(list)  # page -> what is wrong with it
titles = collections.defaultdict(dict)  # page -> language -> heading

# What is seen in the page as it stands: everything is computed by the browser, nothing read from the style sheet.
LOOK = r'''
const faults = [];
const seen = element => {
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  return style.visibility === 'visible' && style.display !== 'none' && box.width > 1 && box.height > 1;
};
const name = element => element.tagName.toLowerCase() + (element.id ? '#' + element.id : '') +
  (element.className && typeof element.className === 'string' ? '.' + element.className.trim().replace(/\s+/g, '.') : '');
const colour = text => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d', {willReadFrequently: true});
  context.fillStyle = text;
  context.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
  return [r, g, b, a / 255];
};
const over = (top, bottom) => {
  const a = top[3] + bottom[3] * (1 - top[3]);
  if (a === 0) return [0, 0, 0, 0];
  return [0, 1, 2].map(i => (top[i] * top[3] + bottom[i] * bottom[3] * (1 - top[3])) / a).concat(a);
};
const behind = element => {
  let result = [0, 0, 0, 0];
  for (let at = element; at; at = at.parentElement) {
    const style = getComputedStyle(at);
    if (style.backgroundImage !== 'none') faults.push(name(at) + ' has a picture behind text: contrast unknown');
    if (style.opacity !== '1') faults.push(name(at) + ' is not opaque: contrast unknown');
    result = over(result, colour(style.backgroundColor));
    if (result[3] > 0.999) return result;
  }
  return over(result, matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18, 1] : [255, 255, 255, 1]);
};
const luminance = c => {
  const [r, g, b] = c.slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
let lowest = 99, texts = 0;
const contrast = (element, ink, what) => {
  const back = behind(element), front = over(colour(ink), back);
  const [a, b] = [luminance(front), luminance(back)].sort((x, y) => y - x);
  const ratio = (a + 0.05) / (b + 0.05);
  texts += 1;
  lowest = Math.min(lowest, ratio);
  if (ratio < 4.5) faults.push(`contrast ${ratio.toFixed(2)} of ${name(element)} "${what.trim().slice(0, 30)}"`);
};
for (const element of document.body.querySelectorAll('*')) {
  if (!seen(element)) continue;
  const own = [...element.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join('').trim();
  if (own) contrast(element, getComputedStyle(element).color, own);
  if (element.matches('input:not([type=hidden]), textarea, select')) {
    contrast(element, getComputedStyle(element).color, element.value || 'value');
    if (element.placeholder) contrast(element, getComputedStyle(element, '::placeholder').color, element.placeholder);
  }
}
if (texts < 2) faults.push('hardly any text');
const root = document.documentElement, width = arguments[0];
const widest = Math.max(root.scrollWidth, document.body.scrollWidth);
if (widest > width) faults.push(`${widest} pixels wide in ${width}`);
for (const element of document.body.querySelectorAll('*'))
  if (seen(element) && element.getBoundingClientRect().right > width + 1) faults.push(name(element) + ' sticks out');
const headings = document.querySelectorAll('h1');
if (headings.length !== 1) faults.push(headings.length + ' h1');
for (const input of document.querySelectorAll('input:not([type=hidden]), select, textarea')) {
  const label = [...(input.labels || [])].filter(seen).map(l => l.innerText.trim()).join('');
  if (!label && !input.getAttribute('aria-label') && !input.getAttribute('aria-labelledby'))
    faults.push(name(input) + ' has no label');
}
for (const image of document.images) if (!image.hasAttribute('alt')) faults.push(name(image) + ' has no alt');
for (const other of document.querySelectorAll('[aria-describedby], [aria-labelledby]'))
  for (const attribute of ['aria-describedby', 'aria-labelledby'])
    for (const id of (other.getAttribute(attribute) || '').split(/\s+/).filter(Boolean))
      if (!document.getElementById(id)) faults.push(`${name(other)}: ${attribute} names ${id}, which is not there`);
const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
if (new Set(ids).size !== ids.length) faults.push('an id stands twice');
if (!document.title.trim()) faults.push('no title');
if (!document.querySelector('main')) faults.push('no main');
if (getComputedStyle(document.body).margin === '8px') faults.push('the style sheet is not there');
return {faults: [...new Set(faults)], lang: root.lang, heading: headings.length ? headings[0].innerText : '', lowest};
'''
OPERABLE = r'''
return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]')]
  .filter(e => !e.disabled && e.tabIndex >= 0 && e.getBoundingClientRect().height > 0 &&
    getComputedStyle(e).visibility === 'visible' && e.checkVisibility());
'''
FOCUSED = r'''
const at = document.activeElement;
if (!at || at === document.body || at === document.documentElement) return null;
const style = getComputedStyle(at);
return [at, (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== 'none'];
'''


class RelyingParty(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header('Content-Type', 'text/html')
        self.end_headers()
        self.wfile.write(b'<!doctype html><title>app</title><p>Back at the app.</p>')

    def log_message(self, *_):
        pass


def change(data):
    data['authority'] |= {'url': published, 'listen': published.removeprefix('http://')}
    data['clients'] = [
        {'id': 'photos', 'name': 'The photographs of the whole family, 1960 to today', 'consent': 'ask',
         'public': True, 'redirectURIs': ['http://127.0.0.1/cb']},
        {'id': 'cli', 'name': 'Command line', 'public': True, 'redirectURIs': ['http://127.0.0.1/cb'],
         'postLogoutRedirectURIs': ['http://127.0.0.1:8123/bye']},
        {'id': 'tv', 'name': 'Television', 'public': True, 'grants': ['device_code', 'refresh_token']},
        {'app': 'argocd', 'url': 'https://argocd.a-name-that-is-rather-long-for-a-phone.localhost'},
        {'app': 'headlamp', 'url': 'https://localhost:4466'},
    ]
    data['users'] = [
        {'email': 'admin@localhost', 'username': 'admin', 'name': 'Admin', 'groups': data['users'][0]['groups']},
        {'email': 'maximiliane.von-und-zu-hohenlohe-waldenburg-schillingsfuerst@localhost', 'username': 'maximiliane',
         'name': 'Maximiliane von und zu Hohenlohe-Waldenburg-Schillingsfürst', 'groups': ['developers']},
        {'email': 'guessed@localhost', 'username': 'guessed', 'name': 'Guessed', 'groups': ['developers']},
    ]
    data['certificates'] = []


class Tour:
    """One language's way through all pages."""

    def __init__(self, lab, driver, language, port):
        self.lab, self.driver, self.language = lab, driver, language
        self.redirect = f'http://127.0.0.1:{port}/cb'
        self.program = Browser(lab)
        driver.execute_cdp_cmd('Network.enable', {})
        driver.execute_cdp_cmd('Network.clearBrowserCookies', {})
        accepted = {'en': 'en-GB,en;q=0.9', 'de': 'de-AT,de;q=0.9,en;q=0.5'}[language]
        driver.execute_cdp_cmd('Network.setExtraHTTPHeaders', {'headers': {'Accept-Language': accepted}})

    def open(self, path):
        self.driver.get(path if path.startswith('http') else self.lab.issuer + path)

    def authorize(self, client='cli', **more):
        return self.program.authorize(client, self.redirect, **more)[0]

    def find(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def fill(self, **fields):
        for name, value in fields.items():
            field = self.find(f'[name="{name}"]')[0]
            field.clear()
            field.send_keys(value)

    def press(self, selector='main form button'):
        """Presses a button and waits for the next page."""
        page = self.driver.find_element(By.TAG_NAME, 'html')
        self.find(selector)[0].click()
        for _ in range(100):
            time.sleep(0.05)
            try:
                page.is_enabled()
            except Exception:
                return

    def emulate(self, theme, width):
        self.driver.execute_cdp_cmd(
            'Emulation.setEmulatedMedia', {'features': [{'name': 'prefers-color-scheme', 'value': theme}]}
        )
        self.driver.execute_cdp_cmd('Emulation.setDeviceMetricsOverride', dict(
            width=width, height=800, deviceScaleFactor=1, mobile=width < 600,
        ))

    def look(self, page, *wanted):
        """A page that has to have what the selectors name, in all its forms."""
        found = faults[page]
        for selector in wanted:
            if not self.find(selector):
                found.append(f'{self.language}: no {selector} on "{self.driver.title}": {self.text()}')
                self.driver.save_screenshot(str(shots / f'{page}-{self.language}-not-reached.png'))
                return False
        for theme in THEMES:
            for width in WIDTHS:
                self.emulate(theme, width)
                # A transition of colours would be seen half way.
                time.sleep(0.05)
                form = f'{self.language}, {theme}, {width}'
                height = self.driver.execute_script('return document.documentElement.scrollHeight')
                if height > 800:
                    self.driver.execute_cdp_cmd('Emulation.setDeviceMetricsOverride', dict(
                        width=width, height=min(height, 4000), deviceScaleFactor=1, mobile=width < 600,
                    ))
                self.driver.save_screenshot(str(shots / f'{page}-{self.language}-{theme}-{width}.png'))
                seen = self.driver.execute_script(LOOK, width)
                found += [f'{form}: {fault}' for fault in seen['faults']]
                if seen['lang'] != self.language:
                    found.append(f'{form}: lang is {seen["lang"]}')
                if theme == 'light':
                    found += [f'{form}: {fault}' for fault in self.tab()]
        titles[page][self.language] = seen['heading']
        found += [f'{self.language}: {fault}' for fault in self.source()]
        return True

    def tab(self):
        """Tab goes through the page, whatever has the focus when it opens."""
        operable = self.driver.execute_script(OPERABLE)
        order, hidden = [], []
        for _ in range(2 * len(operable) + 3):
            for kind in ('rawKeyDown', 'keyUp'):
                self.driver.execute_cdp_cmd('Input.dispatchKeyEvent', dict(
                    type=kind, key='Tab', code='Tab', windowsVirtualKeyCode=9, nativeVirtualKeyCode=9,
                ))
            at = self.driver.execute_script(FOCUSED)
            if at:
                order.append(operable.index(at[0]) if at[0] in operable else -1)
                if not at[1]:
                    hidden.append(at[0].get_attribute('outerHTML')[:80])
        if missed := set(range(len(operable))) - set(order):
            yield f'Tab misses {operable[min(missed)].get_attribute("outerHTML")[:80]}'
        elif any(b != (a + 1) % len(operable) for a, b in zip(order, order[1:])):
            yield f'Tab goes in another order: {order}'
        if hidden:
            yield f'the focus is not to be seen on {hidden[0]}'

    def text(self):
        return ' '.join(self.driver.find_element(By.TAG_NAME, 'body').text.split())[:120]

    def source(self):
        text = self.driver.page_source
        for what, form in (
            ('a style element', r'<style\b'), ('a style attribute', r'<[^>]+\sstyle\s*='), ('a handler', r'<[^>]+\son[a-z]+\s*='),
            ('a script', r'<script\b(?![^>]*\ssrc=)|<script\b[^>]*>\s*[^<\s]'), ('a javascript: address', r'javascript:'),
            ('an address of another host', r'<(?:link|script|img)\b[^>]*(?:href|src)="(?:https?:)?//(?!localhost:)'),
            ('a template\'s marker', r'\{\{|\}\}'),
        ):
            if found := re.search(form, text, re.I):
                yield f'{what}: {found.group(0)[:60]}'
        for entry in self.driver.get_log('browser'):
            message = entry['message']
            # A page that refuses has a status of its own, which Chromium tells.
            own = re.search(r'responded with a status of 4\d\d', message) and '/static/' not in message
            if entry['level'] in ('SEVERE', 'WARNING') and not own and 'favicon' not in message:
                yield f'console: {message[:160]}'

    # The pages, in the order in which one leads to the next.

    def signed_out(self):
        self.open('/')
        self.look('home-signed-out', 'h1')
        self.open('/login')
        self.look('login-own', 'input[type=password]')
        self.open('/account')
        self.look('account-signed-out', 'h1')

    def sign_in(self):
        self.open(self.authorize('photos'))
        self.look('login', 'input[type=password]', '[name=do][value=cancel]')
        self.fill(login='admin', password='not the right one')
        self.press()
        self.look('wrong-password', 'input[type=password]', '[role=alert]')
        self.fill(login='admin@localhost', password=self.lab.password)
        self.press()
        self.look('consent', '[name=do][value=allow]', '[name=do][value=deny]')

    def form_post(self):
        script = 'Emulation.setScriptExecutionDisabled'
        self.driver.execute_cdp_cmd(script, {'value': True})
        try:
            self.open(self.authorize(response_mode='form_post'))
        finally:
            self.driver.execute_cdp_cmd(script, {'value': False})
        self.look('form-post', f'form[action^="{self.redirect}"]', 'form button')

    def own(self):
        self.open('/')
        self.look('home', 'a[href$="/logout"]')
        self.open('/account')
        self.look('account', 'input[type=password], a[href*=password]', 'main form button')

    def user_code(self):
        answer = self.program.post('/device/code', {'client_id': 'tv', 'scope': SCOPE})
        if answer.status != 200:
            raise RuntimeError(f'/device/code answers {answer.status}: {answer.text[:100]}')
        return answer.json()

    def device(self):
        self.open('/device')
        self.look('device-entry', '[name=user_code]:not([type=hidden])')
        self.fill(user_code='BCDF-GHJK')
        self.press()
        self.look('device-wrong', '[role=alert]')
        code = self.user_code()
        self.open('/device')
        self.fill(user_code=code['user_code'])
        self.press()
        self.look('device-confirm', '[name=do][value=allow]', '[name=do][value=deny]')
        self.press('[name=do][value=allow]')
        self.look('device-done', 'h1')
        self.open(self.user_code()['verification_uri_complete'])
        if not self.find('[name=do][value=allow]'):
            self.press()
        self.press('[name=do][value=deny]')
        self.look('device-denied', 'h1')

    def sign_out(self):
        self.open('/logout')
        self.look('sign-out', 'main form button')
        self.press()
        self.look('signed-out', 'h1')

    def link(self):
        user = 'maximiliane.von-und-zu-hohenlohe-waldenburg-schillingsfuerst@localhost'
        printed = self.lab.kindling('user', 'invite', user)
        link = re.search(re.escape(self.lab.issuer) + r'/[\w./?=&-]*[\w-]{43}', printed).group(0)
        self.open(link)
        if self.look('link-open', 'main form button') and self.find('input[type=password]'):
            faults['link-open'].append(f'{self.language}: there are fields for a password before Continue')
        else:
            self.press()
        self.look('set-password', 'input[type=password] ~ input[type=password]')
        for number, field in enumerate(self.find('input[type=password]')):
            field.send_keys(f'two different passwords, {number}')
        self.press()
        self.look('set-password-refused', '[role=alert]', 'input[type=password]')
        for field in self.find('input[type=password]'):
            field.clear()
            field.send_keys('the same password, twice')
        self.press()
        self.look('password-set', 'h1')
        self.open(link)
        self.look('link-used', '[role=alert]')

    def errors(self):
        self.open('/auth?client_id=nobody')
        self.look('error', '[role=alert]')
        self.open('/nothing/here')
        self.look('not-found', 'h1')

    def trust(self):
        self.open(published + '/ca')
        self.look('trust', 'details', 'a[href$=".cer"]')
        self.driver.execute_script('document.querySelectorAll("details").forEach(each => each.open = true)')
        self.look('trust-open', 'details[open] pre')
        self.open(published + '/nothing/here')
        self.look('trust-absent', 'h1')

    def throttled(self):
        path = self.authorize()
        page = self.program.get(path)
        for _ in range(20):
            if self.program.submit(page, path, login='guessed', password='a guess', do='sign-in').status == 429:
                break
        self.open(path)
        self.fill(login='guessed', password='another guess')
        self.press()
        if self.look('throttled', '[role=alert]') and not re.search(r'\d', self.find('[role=alert]')[0].text):
            faults['throttled'].append(f'{self.language}: it does not say for how long')

    def take(self):
        for part in (
            self.signed_out, self.sign_in, self.form_post, self.own, self.device, self.sign_out, self.link, self.errors,
            self.trust, self.throttled,
        ):
            try:
                part()
            except Exception as error:
                words = str(error).split('\n')[0][:160]
                faults[part.__name__.replace('_', '-')].append(f'{self.language}: {type(error).__name__}: {words}')


PAGES = (
    'home-signed-out', 'login-own', 'account-signed-out', 'login', 'wrong-password', 'consent', 'form-post', 'home', 'account',
    'device-entry', 'device-wrong', 'device-confirm', 'device-done', 'device-denied', 'sign-out', 'signed-out', 'link-open',
    'set-password', 'set-password-refused', 'password-set', 'link-used', 'error', 'not-found', 'trust', 'trust-open',
    'trust-absent', 'throttled',
)


def main():
    lab = Lab(options.binary, options.lab, change, options.log)
    server = driver = None
    try:
        server = Server(lab.make()).wait()
        party = http.server.ThreadingHTTPServer(('127.0.0.1', 0), RelyingParty)
        threading.Thread(target=party.serve_forever, daemon=True).start()
        driver = chromium.start(lab.folder / 'chromium', lab.authority)
        for language in LANGUAGES:
            Tour(lab, driver, language, party.server_port).take()
    finally:
        if driver:
            driver.quit()
        if server:
            check('the server ends cleanly', server.stop() == 0, server.tail())
        lab.close()
    for page in [*PAGES, *(page for page in faults if page not in PAGES)]:
        found = list(dict.fromkeys(faults[page]))
        headings = titles[page]
        if page in PAGES and set(headings) != set(LANGUAGES) and not found:
            found.append('was not reached')
        if len(headings) == 2 and headings['en'] == headings['de']:
            found.append(f'"{headings["en"]}" in both languages')
        check(f'page {page}', not found, f'{len(found)}: {"; ".join(found[:6])}', 1500)
    print(f'{len(list(shots.glob("*.png")))} screenshots')


try:
    main()
except Exception as error:
    check('no exception', False, f'{type(error).__name__}: {error}')
sys.exit(1 if provider.failures else 0)
