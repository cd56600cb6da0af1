import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { chromium, type Browser } from 'playwright-core';
import {
  makeMarkdownRenderer,
  type OwnedMarkdownRenderer,
} from '../../src/journal/infrastructure/markdown.js';
import { rejection } from '../support/rejection.js';
import { PROBE, XSS_CORPUS } from '../support/xss-corpus.js';
import { approved, openJournal, published, type Journal } from './world.js';

const KINDS = ['post', 'comment'] as const;
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** The allowed elements and attributes; everything else is a failure. */
const ALLOWED: Readonly<Record<(typeof KINDS)[number], Readonly<Record<string, readonly string[]>>>> = {
  post: Object.fromEntries([
    ...'p br em strong del code ul li blockquote pre table thead tbody tr hr sup section h1 h2 h3 h4 h5 h6'
      .split(' ')
      .map((name) => [name, []]),
    ['a', ['href']],
    ['ol', ['start']],
    ['th', ['align']],
    ['td', ['align']],
  ]),
  comment: Object.fromEntries([
    ...'p br em strong del code ul li blockquote pre'.split(' ').map((name) => [name, []]),
    ['a', ['href', 'rel']],
    ['ol', ['start']],
  ]),
};
const TOKEN = /<(\/?)([a-z][a-z0-9]*)((?: [a-z]+="[^"<>]*")*)>|[^<]+/y;
const LINK = /^(?:https?:\/\/|mailto:)[^\s"<>]*$/i;

/** Parses `html` as text and allowed tags; returns the position of the first other part. */
function assertAllowed(html: string, kind: (typeof KINDS)[number]): void {
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < html.length;) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(html);
    if (token === null) throw new Error(`not allowed: ${html.slice(at, at + 120)}`);
    const [, closing, name, attributes = ''] = token;
    if (name === undefined) continue;
    const names = [...attributes.matchAll(/ ([a-z]+)="([^"]*)"/g)];
    if (ALLOWED[kind][name] === undefined) throw new Error(`<${name}> in ${html}`);
    if (closing === '/' && names.length > 0) throw new Error(`a closing tag with attributes in ${html}`);
    for (const [, attribute = '', value = ''] of names) {
      if (!ALLOWED[kind][name].includes(attribute)) throw new Error(`${attribute} of <${name}> in ${html}`);
      if (attribute === 'href' && !LINK.test(value)) throw new Error(`a link to ${value}`);
    }
  }
}

describe('HTML made of Markdown', () => {
  let markdown: OwnedMarkdownRenderer;
  before(() => {
    markdown = makeMarkdownRenderer();
  });
  after(() => markdown.close());

  for (const kind of KINDS)
    it(`of a ${kind} has only allowed elements for the whole corpus`, async () => {
      for (const source of [
        ...XSS_CORPUS,
        XSS_CORPUS.join('\n\n'),
        XSS_CORPUS.map((line) => `> - ${line}`).join('\n'),
      ]) {
        const { html } = await markdown[kind](source);
        assertAllowed(html, kind);
      }
    });

  it('is checked by a parser that finds forbidden parts', () => {
    for (const wrong of [
      '<script>x</script>',
      '<p onclick="x">x</p>',
      '<p id="x">x</p>',
      '<a href="javascript:x">x</a>',
      '<a href="/x">x</a>',
      '<img src="https://a.example">',
      '<p><!-- x --></p>',
      '<p',
    ])
      expect(() => assertAllowed(wrong, 'post'), wrong).to.throw();
    assertAllowed('<p>1 &#x3C; 2<br>\n<a href="https://a.example">x</a></p>', 'post');
  });

  it('keeps readable content: images as links, task boxes as characters, footnotes without back links', async () => {
    const made = async (source: string) => (await markdown.post(source)).html;
    expect(await made('![a cat](https://a.example/cat.png)')).to.equal(
      '<p><a href="https://a.example/cat.png">a cat</a></p>',
    );
    expect(await made('[![a cat](https://a.example/cat.png)](https://b.example)')).to.equal(
      '<p><a href="https://b.example">a cat</a></p>',
    );
    expect(await made('[read me](javascript:alert(1)) and [me](/v1/me)')).to.equal('<p>read me and me</p>');
    expect(await made('- [x] done\n- [ ] open')).to.equal('<ul>\n<li>☑ done</li>\n<li>☐ open</li>\n</ul>');
    expect(await made('a <b>bold</b> word')).to.equal('<p>a bold word</p>');
    expect(await made('Said[^1].\n\n[^1]: Where.'))
      .to.include('<sup>1</sup>')
      .and.include('Where.')
      .and.not.include('↩');
    const { html, links } = await markdown.comment(
      '# Big\n\n<https://a.example> ![p](https://b.example) [c](data:x)',
    );
    expect(html).to.equal(
      '<p>Big</p>\n<p><a href="https://a.example" rel="nofollow ugc">https://a.example</a> <a href="https://b.example" rel="nofollow ugc">p</a> c</p>',
    );
    expect(links).to.equal(3);
  });

  it('is refused when it nests deeply or renders slowly, and the next text is rendered', async () => {
    for (const source of [
      '>'.repeat(10_000),
      '> '.repeat(10_000),
      '- '.repeat(10_000),
      '1. '.repeat(10_000),
      '['.repeat(10_000),
      `${'*'.repeat(10_000)}a${'*'.repeat(10_000)}`,
    ]) {
      const error = await rejection(markdown.post(source));
      expect(error).to.include({ code: 'validation' });
      expect(JSON.stringify(error)).not.to.include('takes too long');
    }
    const impatient = makeMarkdownRenderer({ timeoutMs: 150 });
    try {
      const slow = impatient.post('**a'.repeat(16_000));
      const next = impatient.post('next');
      expect(((await rejection(slow)) as { details: object }).details).to.deep.equal({
        errors: [{ pointer: '/content', detail: 'takes too long to render; shorten it or use less markup' }],
      });
      await next.catch(() => undefined); // a cold thread may take longer than that, too
    } finally {
      await impatient.close();
    }
    expect((await markdown.post('*after*')).html).to.equal('<p><em>after</em></p>');
  });
});

/** Everything forbidden that a page did. */
type Deeds = { requests: string[]; dialogs: string[]; links: string[] };

describe('the corpus in a browser', function () {
  this.timeout(300_000);
  let journal: Journal;
  let browser: Browser;
  let server: Server;
  const pages = new Map<string, Readonly<{ html: string; policy: string | null }>>();
  let policy: string;
  let rendered: string;
  let comments: string;

  before(async function () {
    if (!existsSync(CHROMIUM)) {
      console.warn(
        `      no browser at ${CHROMIUM}: set CHROMIUM; the list of what is allowed was checked without one`,
      );
      this.skip();
    }
    journal = await openJournal();
    const parts: string[] = [];
    const said: string[] = [];
    const post = await published(journal, { content: XSS_CORPUS.join('\n\n') });
    for (let at = 0; at < XSS_CORPUS.length; at += 40)
      parts.push((await published(journal, { content: XSS_CORPUS.slice(at, at + 40).join('\n\n') })).html);
    for (let at = 0; at < XSS_CORPUS.length; at += 20)
      said.push(
        (await approved(journal, post, { comment: XSS_CORPUS.slice(at, at + 20).join('\n\n') })).html,
      );
    const answer = await journal.praxis.call('GET', `/v1/posts/${post.id}`);
    policy = answer.headers.get('content-security-policy')!;
    rendered = [answer.body.html, ...parts].join('\n');
    comments = said.join('\n');
    server = createServer((request, response) => {
      const page = pages.get(request.url ?? '');
      response.writeHead(page === undefined ? 404 : 200, {
        'content-type': 'text/html; charset=utf-8',
        ...(page?.policy && { 'content-security-policy': page.policy }),
      });
      response.end(page?.html);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  });
  after(async () => {
    if ((browser as Browser | undefined) === undefined) return;
    await browser.close();
    await new Promise((resolve) => server.close(resolve));
    await journal.praxis.stop();
  });

  /** Opens `html` as a page, moves over and clicks every element, and returns what the page did. */
  async function deedsOf(html: string, served: string | null): Promise<Deeds> {
    const path = `/page-${pages.size}`;
    pages.set(path, {
      html: `<!doctype html><meta charset="utf-8"><title>x</title><body>${html}`,
      policy: served,
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
    const page = await browser.newPage();
    const deeds: Deeds = { requests: [], dialogs: [], links: [] };
    page.on('request', (request) => {
      if (request.url() !== url) deeds.requests.push(request.url());
    });
    page.on('dialog', (dialog) => {
      deeds.dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page.goto(url, { waitUntil: 'load' });
    deeds.links = await page.$$eval('a', (links) => links.map((link) => link.protocol));
    // Events that scripts listen to: a listener is a failure.
    await page.$$eval('body *', (elements) => {
      for (const element of elements)
        for (const name of ['mouseover', 'focus', 'load', 'error', 'toggle', 'animationstart', 'begin'])
          element.dispatchEvent(new Event(name, { bubbles: false }));
    });
    await page.close();
    return deeds;
  }

  it('runs no script and loads nothing under the served Content-Security-Policy', async () => {
    expect(policy).to.include("default-src 'none'");
    for (const html of [rendered, comments])
      expect(await deedsOf(html, policy)).to.deep.include({ requests: [], dialogs: [] });
  });

  it('runs no script and loads nothing without a policy, and links only to web pages and mail', async () => {
    for (const html of [rendered, comments]) {
      const { requests, dialogs, links } = await deedsOf(html, null);
      expect([requests, dialogs]).to.deep.equal([[], []]);
      expect(links.length).to.be.greaterThan(5);
      for (const protocol of links) expect(protocol).to.match(/^(https?|mailto):$/);
    }
  });

  it('keeps the feed well-formed for a strict XML parser', async () => {
    const { text } = await journal.praxis.call('GET', '/v1/feed.atom');
    const page = await browser.newPage();
    const read = (xml: string) =>
      page.evaluate(
        `(() => {
          const feed = new DOMParser().parseFromString(${JSON.stringify(xml)}, 'application/xml');
          return [feed.getElementsByTagName('parsererror').length, feed.getElementsByTagName('entry').length];
        })()`,
      );
    const [errors, entries] = (await read(text)) as [number, number];
    expect(errors).to.equal(0);
    expect(entries).to.be.greaterThan(3);
    expect(((await read(text.replace('</entry>', ''))) as [number])[0]).to.be.greaterThan(0);
    await page.close();
  });

  it('control: runs scripts and loads files when it is served unsanitised', async () => {
    const parts: Deeds[] = [];
    for (const source of [
      `<img src=x onerror="alert(1)">`,
      `<svg/onload=alert('XSS')>`,
      `<img src="${PROBE}/pixel.gif">`,
    ])
      parts.push(await deedsOf(source, null));
    expect(new Set(parts.flatMap(({ dialogs }) => dialogs))).to.deep.equal(new Set(['1', 'XSS']));
    expect(parts.flatMap(({ requests }) => requests)).to.include(`${PROBE}/pixel.gif`);
  });
});
