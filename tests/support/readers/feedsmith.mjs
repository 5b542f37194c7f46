// A reader of one run, on feedsmith: `fetch URL VALIDATORS` or `opml` with a document as input; prints JSON.
import { readFileSync } from 'node:fs'
import { parseFeed, parseOpml } from 'feedsmith'

const seconds = (date) => (date ? Math.floor(Date.parse(date) / 1000) : 0)

const from = {
  rss: (item) => [
    item.guid.value,
    item.title,
    item.link,
    seconds(item.pubDate),
    item.dc?.creators?.[0] ?? '',
    item.enclosures?.[0].url ?? '',
    item.content?.encoded ?? '',
  ],
  atom: (entry) => [
    entry.id,
    entry.title.value,
    entry.links.find((link) => link.rel === 'alternate').href,
    seconds(entry.published),
    entry.authors?.[0].name ?? '',
    entry.links.find((link) => link.rel === 'enclosure')?.href ?? '',
    entry.content.value,
  ],
  json: (item) => [
    item.id,
    item.title,
    item.url,
    seconds(item.date_published),
    item.authors?.[0].name ?? '',
    item.image ?? '',
    item.content_html,
  ],
}

async function fetched(url, validators) {
  const headers = {}
  if (validators.etag) headers['If-None-Match'] = validators.etag
  if (validators.modified) headers['If-Modified-Since'] = validators.modified
  const answer = await fetch(url, { headers })
  if (answer.status === 304) return { entries: null, validators }
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
  const { format, feed } = parseFeed(await answer.text())
  return {
    entries: (feed.entries ?? feed.items ?? []).map(from[format]),
    validators: { etag: answer.headers.get('etag'), modified: answer.headers.get('last-modified') },
  }
}

const listed = (outlines) =>
  outlines.flatMap((outline) => [...(outline.xmlUrl ? [outline.xmlUrl] : []), ...listed(outline.outlines ?? [])])

const [command, url, validators] = process.argv.slice(2)
const result =
  command === 'opml'
    ? listed(parseOpml(readFileSync(0, 'utf8')).body.outlines)
    : await fetched(url, JSON.parse(validators))
console.log(JSON.stringify(result))
