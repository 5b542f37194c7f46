// Parsers of one run: `NAME` and a feed as input, its entries as JSON; null is what a parser does not tell.
import { readFileSync } from 'node:fs'
import { extractFromXml } from '@extractus/feed-extractor'
import { XMLParser } from 'fast-xml-parser-that-counts'
import Parser from 'rss-parser'

const seconds = (date) => (date ? Math.floor(Date.parse(date) / 1000) : 0)
const list = (value) => (Array.isArray(value) ? value : value ? [value] : [])

const parsers = {
  'feed-extractor': async (document) => {
    const getExtraEntryFields = (entry) => ({
      author: list(entry['dc:creator'] ?? entry.author).map((author) => author.name ?? author).join(', '),
    })
    const feed = extractFromXml(document, { getExtraEntryFields })
    return feed.entries.map((entry) => [
      entry.id,
      entry.title,
      entry.link,
      // The later of two dates, whatever it is called.
      null,
      entry.author,
      null,
      null,
    ])
  },
  'fast-xml-parser': async (document) => {
    const options = { ignoreAttributes: false, attributeNamePrefix: '@', parseTagValue: false }
    const { rss, feed } = new XMLParser(options).parse(document)
    const text = (value) => value?.['#text'] ?? value ?? ''
    return list(rss ? rss.channel.item : feed.entry).map((entry) => [
      text(entry.guid ?? entry.id),
      text(entry.title),
      rss ? entry.link : list(entry.link)[0]['@href'],
      seconds(entry.pubDate ?? entry.published),
      text(list(entry['dc:creator'])[0] ?? list(entry.author)[0]?.name),
      rss ? (entry.enclosure?.['@url'] ?? '') : (list(entry.link)[1]?.['@href'] ?? ''),
      text(entry['content:encoded'] ?? entry.content),
    ])
  },
  'rss-parser': async (document) => {
    const feed = await new Parser().parseString(document)
    return feed.items.map((item) => [
      item.guid ?? item.id,
      item.title,
      item.link,
      seconds(item.isoDate),
      item.creator ?? item.author ?? '',
      item.enclosure?.url ?? null,
      item['content:encoded'] ?? item.content,
    ])
  },
}

console.log(JSON.stringify(await parsers[process.argv[2]](readFileSync(0, 'utf8'))))
