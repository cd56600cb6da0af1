// Renders Markdown on a worker thread, because the libraries are synchronous and need seconds for some texts. Written in
// JavaScript, because a worker starts without the TypeScript loader of tests and development; tsc checks the JSDoc types.
import { parentPort } from 'node:worker_threads';
import rehypeSanitize from 'rehype-sanitize';
import rehypeStringify from 'rehype-stringify';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';

/** @typedef {Parameters<ReturnType<typeof rehypeSanitize>>[0]} Root */
/** @typedef {Root | Root['children'][number]} Node */
/** @typedef {Extract<Node, { type: 'element' }>} Element */
/** @typedef {Element['children'][number]} Child */
/** @typedef {{ links: number, comment: boolean }} Findings */

const ALLOWED_LINK = /^(?:https?:\/\/|mailto:)/i;
const BLOCKS = new Set([
  'p',
  'li',
  'tr',
  'pre',
  'blockquote',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'br',
  'td',
  'th',
]);
const HEADING = /^h[1-6]$/;

/** @param {Node} node @returns {string} */
const textOf = (node) => {
  if (node.type === 'text') return node.value;
  if (!('children' in node)) return '';
  const inner = node.children.map(textOf).join('');
  return node.type === 'element' && BLOCKS.has(node.tagName) ? `${inner}\n` : inner;
};

/** An absolute URL of a scheme that cannot run scripts. Relative URLs depend on the page, so they are dropped. @param {unknown} url */
const allowedUrl = (url) => (typeof url === 'string' && ALLOWED_LINK.test(url) ? url : undefined);

/** @param {string} value @returns {Child} */
const text = (value) => ({ type: 'text', value });

/** @param {string} href @param {Child[]} children @param {Findings} findings @returns {Child} */
const link = (href, children, { comment }) => ({
  type: 'element',
  tagName: 'a',
  properties: comment ? { href, rel: ['nofollow', 'ugc'] } : { href },
  children,
});

/** Replaces an image by a link to it, so that a page loads nothing from elsewhere. @param {Element} image @param {Findings} findings @param {boolean} inLink @returns {Child} */
const insteadOfImage = ({ properties }, findings, inLink) => {
  const url = allowedUrl(properties['src']);
  const label = text(String(properties['alt'] ?? '') || (url ?? ''));
  return url === undefined || inLink ? label : link(url, [label], findings);
};

/**
 * Converts links, images and task lists into allowed elements. The sanitizer would drop the others with their text; this
 * function keeps the text.
 * @param {Child} node @param {Findings} findings @param {boolean} inLink @returns {Child[]}
 */
const plainer = (node, findings, inLink) => {
  if (node.type !== 'element') return [node];
  if (node.tagName === 'img') {
    findings.links += 1;
    return [insteadOfImage(node, findings, inLink)];
  }
  if (node.tagName === 'input') return [text(node.properties['checked'] === true ? '\u2611' : '\u2610')];
  // Back links of footnotes point into the page, which differs from reader to reader.
  if ('dataFootnoteBackref' in node.properties) return [];
  const isLink = node.tagName === 'a';
  const children = node.children.flatMap((child) => plainer(child, findings, inLink || isLink));
  if (isLink) {
    if (!('dataFootnoteRef' in node.properties)) findings.links += 1;
    const href = allowedUrl(node.properties['href']);
    return href === undefined || inLink ? children : [link(href, children, findings)];
  }
  const tagName = findings.comment && HEADING.test(node.tagName) ? 'p' : node.tagName;
  return [{ ...node, tagName, children }];
};

const PROTOCOLS = { href: ['http', 'https', 'mailto'] };
const STRIP = ['script', 'style', 'template', 'iframe', 'object', 'svg', 'math', 'noscript'];
const INLINE = ['p', 'br', 'em', 'strong', 'del', 'code', 'a'];
const LISTS = ['ul', 'ol', 'li', 'blockquote', 'pre'];
const TABLES = ['table', 'thead', 'tbody', 'tr', 'th', 'td'];
/** @type {[string, ...string[]]} */
const ALIGN = ['align', 'left', 'center', 'right'];

const COMMON = {
  allowComments: false,
  allowDoctypes: false,
  protocols: PROTOCOLS,
  strip: STRIP,
  clobber: [],
  required: {},
};
/** No id, class, name, style or event attributes. @type {NonNullable<Parameters<typeof rehypeSanitize>[0]>} */
const POST_SCHEMA = {
  ...COMMON,
  tagNames: [...INLINE, ...LISTS, ...TABLES, 'hr', 'sup', 'section', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'],
  attributes: { a: ['href'], ol: ['start'], th: [ALIGN], td: [ALIGN] },
  ancestors: { tbody: ['table'], td: ['table'], th: ['table'], thead: ['table'], tr: ['table'] },
};
/** @type {NonNullable<Parameters<typeof rehypeSanitize>[0]>} */
const COMMENT_SCHEMA = {
  ...COMMON,
  tagNames: [...INLINE, ...LISTS],
  attributes: { a: ['href', ['rel', 'nofollow', 'ugc']], ol: ['start'] },
};

// Raw HTML stays in the Markdown tree: remark-rehype drops it by default.
const toTree = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkRehype, { footnoteLabelProperties: {} })
  .freeze();
const writer = unified().use(rehypeStringify).freeze();
const sanitizers = { post: rehypeSanitize(POST_SCHEMA), comment: rehypeSanitize(COMMENT_SCHEMA) };

/** @param {'post' | 'comment'} kind @param {string} source */
function render(kind, source) {
  const findings = { links: 0, comment: kind === 'comment' };
  const tree = toTree.runSync(toTree.parse(source));
  const children = tree.children.flatMap((child) =>
    child.type === 'doctype' ? [] : plainer(child, findings, false),
  );
  const safe = sanitizers[kind]({ type: 'root', children });
  return { html: writer.stringify(safe), plain: textOf(safe).trim(), links: findings.links };
}

parentPort?.on('message', (/** @type {{ kind: 'post' | 'comment', source: string }} */ { kind, source }) => {
  parentPort?.postMessage('begun');
  try {
    parentPort?.postMessage({ ok: true, ...render(kind, source) });
  } catch (error) {
    // Deep nesting overflows the stack of a recursive library; the thread stays usable.
    parentPort?.postMessage({ ok: false, tooDeep: error instanceof RangeError, message: String(error) });
  }
});
