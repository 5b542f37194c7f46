"""The feed lint finds nothing in good feeds, and every fault by its name."""

import pytest
from feedlint import Finding, complaints, lint

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"\
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/">
<channel>
<title>Topic: Python &amp; friends</title>
<link>https://feeds.example.org/topics/python/</link>
<description>All about Python</description>
<atom:link rel="self" type="application/rss+xml" href="https://feeds.example.org/topics/python.rss"/>
<atom:link rel="hub" href="https://hub.example.org/"/>
<language>en-gb</language>
<copyright>© the authors</copyright>
<lastBuildDate>Tue, 02 Jan 2024 10:00:00 +0000</lastBuildDate>
<category>Python</category>
<generator>article-feeds</generator>
<ttl>60</ttl>
<skipDays><day>Sunday</day></skipDays>
<image>
<url>https://feeds.example.org/logo.png</url>
<title>Topic: Python &amp; friends</title>
<link>https://feeds.example.org/topics/python/</link>
<width>88</width><height>31</height>
</image>
<item xml:lang="de-AT">
<title>One</title>
<link>https://example.org/one?a=1&amp;b=2</link>
<description>One &amp;amp; only</description>
<content:encoded>&lt;p&gt;One&lt;br&gt;\
 &lt;a href="https://example.org/x" title="a &amp;lt; b"&gt;x&lt;/a&gt;&lt;/p&gt;</content:encoded>
<dc:creator>Ann Author</dc:creator>
<category>Python</category>
<enclosure url="https://example.org/one.jpg?alias=x" length="0" type="image/jpeg"/>
<guid isPermaLink="false">tag:example.org,2024:one</guid>
<pubDate>Mon, 01 Jan 2024 10:00:00 +0100</pubDate>
<source url="https://example.org/feed.xml">Example</source>
<atom:updated>2024-01-02T10:00:00+00:00</atom:updated>
<media:content url="https://example.org/one.jpg?alias=x" type="image/jpeg" medium="image" width="900"\
 height="600" fileSize="1234"><media:title type="plain">A picture</media:title>\
<media:credit role="photographer">Phil</media:credit></media:content>
<media:thumbnail url="https://example.org/one-small.jpg" width="90" height="60"/>
</item>
<item>
<title>Two</title>
<link>https://example.org/two</link>
<description>Two</description>
<guid>https://example.org/two</guid>
<pubDate>Mon, 01 Jan 2024 09:00:00 GMT</pubDate>
<media:content medium="video" duration="837"><media:player url="https://example.org/play/2"/></media:content>
</item>
</channel>
</rss>
"""

ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"\
 xmlns:fh="http://purl.org/syndication/history/1.0" xml:lang="en">
<id>https://feeds.example.org/topics/python/archive/2024-01.atom</id>
<title>Python, January 2024</title>
<subtitle>All about Python</subtitle>
<updated>2024-01-02T10:00:00+00:00</updated>
<author><name>The Editors</name><uri>https://feeds.example.org/</uri><email>ed@example.org</email></author>
<link rel="self" type="application/atom+xml" href="https://feeds.example.org/2024-01.atom"/>
<link rel="alternate" type="text/html" href="https://feeds.example.org/topics/python/"/>
<link rel="current" href="https://feeds.example.org/topics/python.atom"/>
<link rel="prev-archive" href="https://feeds.example.org/2023-12.atom"/>
<link rel="hub" href="https://hub.example.org/"/>
<category term="python" label="Python"/>
<generator>article-feeds</generator>
<icon>https://feeds.example.org/icon.png</icon>
<logo>https://feeds.example.org/logo.png</logo>
<rights>© the authors</rights>
<fh:archive/>
<entry xml:lang="de">
<id>tag:example.org,2024:one</id>
<title>One</title>
<updated>2024-01-02T10:00:00+00:00</updated>
<published>2024-01-01T10:00:00+01:00</published>
<author><name>Ann Author</name></author>
<link rel="alternate" type="text/html" href="https://example.org/one"/>
<link rel="enclosure" type="image/jpeg" length="0" title="A picture" href="https://example.org/one.jpg"/>
<category term="Python"/>
<summary type="html">One &amp;amp; only</summary>
<content type="html">&lt;p&gt;One &lt;img src="https://example.org/one.jpg" alt=""&gt;&lt;/p&gt;</content>
<source><id>https://example.org/feed</id><title>Example</title><updated>2024-01-02T10:00:00Z</updated></source>
<media:content url="https://example.org/one.jpg" type="image/jpeg" medium="image"/>
<media:thumbnail url="https://example.org/one.jpg"/>
</entry>
<entry>
<id>tag:example.org,2024:two</id>
<title>Two</title>
<updated>2024-01-01T10:00:00Z</updated>
<link rel="alternate" type="text/html" href="https://example.org/two"/>
<summary>Two</summary>
</entry>
</feed>
"""

_SELF_RSS = (
    '<atom:link rel="self" type="application/rss+xml" href="https://feeds.example.org/topics/python.rss"/>'
)
_SELF_ATOM = '<link rel="self" type="application/atom+xml" href="https://feeds.example.org/2024-01.atom"/>'
_CURRENT = '<link rel="current" href="https://feeds.example.org/topics/python.atom"/>'
_PREVIOUS = '<link rel="prev-archive" href="https://feeds.example.org/2023-12.atom"/>'
_ENCLOSURE = '<link rel="enclosure" type="image/jpeg" length="0" title="A picture"'
_GUID = '<guid isPermaLink="false">tag:example.org,2024:one</guid>'
_TWO = "<title>Two</title>"
_LANG = "<language>en-gb</language>"
_BUILT = "<lastBuildDate>Tue, 02 Jan 2024 10:00:00 +0000</lastBuildDate>"
_ID_TWO = "<id>tag:example.org,2024:two</id>"
_SOURCE = "<source><id>https://example.org/feed</id><title>Example</title>"
_BODY = "&lt;p&gt;One&lt;br&gt;"
_ALT_TWO = '<link rel="alternate" type="text/html" href="https://example.org/two"/>'

# The one finding, and the one change that brings it about.
RSS_FAULTS = [
    ("SAXError", "</channel>", ""),
    ("SAXError", "<title>One", "<title>\x0cOne"),
    ("SAXError", "<title>One", "<title>&nbsp;One"),
    ("InvalidDoctype", "<rss ", "<!DOCTYPE rss><rss "),
    ("InvalidRSSVersion", 'rss version="2.0"', 'rss version="2.1"'),
    ("MissingAttribute", 'rss version="2.0"', "rss"),
    ("UnknownNamespace", "<channel>", '<channel xmlns:z="http://z.example/">'),
    ("MediaRssNamespace", "/mrss/", "/mrss"),
    ("ReservedPrefix", "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/"),
    ("UndefinedElement", "<ttl>", "<bogus/><ttl>"),
    ("UndefinedElement", "<dc:creator>Ann Author</dc:creator>", "<dc:author>Ann</dc:author>"),
    ("UndefinedElement", "<title>One", "<title>One<b>x</b>"),
    ("UnexpectedAttribute", "<ttl>", '<ttl unit="minute">'),
    ("UnexpectedAttribute", 'medium="image"', 'kind="image"'),
    ("UnexpectedText", '<item xml:lang="de-AT">', "<item>stray"),
    ("DuplicateElement", "<ttl>", "<ttl>5</ttl><ttl>"),
    ("MissingTitle", "<title>Topic: Python &amp; friends</title>\n<link>", "<link>"),
    ("MissingLink", "<link>https://feeds.example.org/topics/python/</link>\n<description>", "<description>"),
    ("MissingDescription", "<description>All about Python</description>", ""),
    ("MissingElement", "<url>https://feeds.example.org/logo.png</url>", ""),
    ("MissingElement", "<day>Sunday</day>", ""),
    ("MissingAtomSelfLink", _SELF_RSS, ""),
    ("SelfDoesntMatchLocation", _SELF_RSS, _SELF_RSS + _SELF_RSS.replace("python.rss", "python")),
    ("SelfNotAtom", "application/rss+xml", "text/xml"),
    ("MissingHref", ' href="https://hub.example.org/"', ""),
    ("UnregisteredAtomLinkRel", 'rel="hub"', 'rel="websub"'),
    ("InvalidLanguage", _LANG, "<language>en_GB</language>"),
    ("InvalidLanguage", _LANG, "<language>yue</language>"),
    ("InvalidLanguage", 'xml:lang="de-AT"', 'xml:lang="german"'),
    ("InvalidPositiveInteger", "<ttl>60", "<ttl>0"),
    ("InvalidDay", "Sunday", "Son"),
    (
        "ImageTitleDoesntMatch",
        "friends</title>\n<link>https://feeds.example.org/topics/python/</link>\n<width>",
        "f</title>\n<link>https://feeds.example.org/topics/python/</link>\n<width>",
    ),
    ("ImageLinkDoesntMatch", "python/</link>\n<width>", "</link>\n<width>"),
    ("ImageUrlFormat", "logo.png", "logo.svg"),
    ("InvalidWidth", "<width>88", "<width>145"),
    ("InvalidHeight", "<height>31", "<height>0"),
    ("MisplacedItem", "</channel>", "<rating>x</rating><docs>https://example.org/docs</docs></channel>"),
    ("InvalidRFC2822Date", "Tue, 02 Jan 2024 10:00:00 +0000", "2024-01-02T10:00:00Z"),
    ("InvalidRFC2822Date", "Tue, 02 Jan 2024 10:00:00 +0000", "31 Feb 2024 10:00:00 +0000"),
    ("InvalidRFC2822Date", "Tue, 02 Jan 2024 10:00:00 +0000", "Die, 02 Jan 2024 10:00:00 +0000"),
    ("IncorrectDOW", "Tue, 02 Jan", "Wed, 02 Jan"),
    ("ImplausibleDate", "Tue, 02 Jan 2024", "02 Jan 1970"),
    ("ImplausibleDate", "Tue, 02 Jan 2024", "02 Jan 9999"),
    (
        "ItemMustContainTitleOrDescription",
        "<title>Two</title>\n<link>https://example.org/two</link>\n<description>Two</description>",
        "",
    ),
    ("NeedDescriptionBeforeContent", "<description>One &amp;amp; only</description>", ""),
    ("MissingGuid", "<guid>https://example.org/two</guid>", ""),
    ("DuplicateValue", "<guid>https://example.org/two</guid>", _GUID),
    ("InvalidHttpGUID", _GUID, "<guid>one</guid>"),
    ("InvalidPermalink", _GUID, _GUID.replace("false", "true")),
    ("InvalidBooleanAttribute", _GUID, _GUID.replace("false", "no")),
    ("NotSufficientlyUnique", "tag:example.org,2024:one</guid>", "123</guid>"),
    ("NotBlank", "tag:example.org,2024:one</guid>", "</guid>"),
    ("NotBlank", "<title>One</title>", "<title> </title>"),
    ("ContainsHTML", _TWO, "<title>&lt;b&gt;Two&lt;/b&gt;</title>"),
    ("ContainsHTML", _TWO, "<title>Two &amp;amp; three</title>"),
    ("ContainsHTML", _TWO, "<title>Two &amp;#8211; three</title>"),
    ("CharacterData", _TWO, "<title>List&lt;int&gt;</title>"),
    ("InvalidFullLink", "<link>https://example.org/two</link>", "<link>/two</link>"),
    ("InvalidUriChar", "<link>https://example.org/two</link>", "<link>https://example.org/t wo</link>"),
    ("UriNotIri", "<link>https://example.org/two</link>", "<link>https://example.org/t™</link>"),
    ("SchemeNotIANARegistered", "<link>https://example.org/two</link>", "<link>bogus://example.org/</link>"),
    ("InvalidContact", "<dc:creator>Ann Author</dc:creator>", "<author>Ann Author</author>"),
    ("DuplicateItemSemantics", "<dc:creator>", "<author>a@example.org (Ann)</author><dc:creator>"),
    (
        "DuplicateEnclosure",
        "<enclosure ",
        '<enclosure url="https://a.org/b" length="1" type="a/b"/><enclosure ',
    ),
    ("InvalidURLAttribute", 'enclosure url="https://example.org/', 'enclosure url="http://localhost/'),
    ("InvalidURLAttribute", 'enclosure url="https://example.org/', 'enclosure url="https://[::1]/'),
    ("InvalidURLAttribute", 'enclosure url="https://example.org/', 'enclosure url="https://a_b.example.org/'),
    ("InvalidURLAttribute", 'enclosure url="https://example.org/', 'enclosure url="/'),
    ("InvalidIntegerAttribute", 'length="0" type', 'length="None" type'),
    ("UseZeroForUnknown", 'length="0" type', 'length="-1" type'),
    ("MissingAttribute", 'length="0" type="image/jpeg"', 'type="image/jpeg"'),
    ("InvalidMIMEAttribute", 'length="0" type="image/jpeg"', 'length="0" type="jpg"'),
    ("InvalidRFC3339Date", "2024-01-02T10:00:00+00:00", "2024-01-02 10:00:00+00:00"),
    ("InvalidRFC3339Date", "2024-01-02T10:00:00+00:00", "2024-01-02T10:00:00"),
    ("InvalidPositiveInteger", 'width="900"', 'width="0"'),
    ("InvalidPositiveInteger", 'fileSize="1234"', 'fileSize="0"'),
    ("InvalidMediaMedium", 'medium="image"', 'medium="picture"'),
    ("InvalidMediaTextType", 'type="plain"', 'type="text"'),
    ("InvalidCreditRole", 'role="photographer"', 'role="Photographer"'),
    ("ContainsUndeclaredHTML", "A picture", "A &lt;i&gt;picture&lt;/i&gt;"),
    ("MissingAttribute", 'thumbnail url="https://example.org/one-small.jpg"', "thumbnail"),
    ("MissingAttribute", '<media:player url="https://example.org/play/2"/>', ""),
    ("MissingAttribute", 'player url="https://example.org/play/2"', "player"),
    ("InvalidFullLink", 'player url="https://example.org/play/2"', 'player url="/play/2"'),
    ("InvalidFloat", 'duration="837"', 'duration="13:57"'),
    # feedgen groups pictures unless it is told not to.
    (
        "MediaGroupWithoutAlternatives",
        "<media:thumbnail",
        '<media:group><media:content url="https://a.org/b"/></media:group><media:thumbnail',
    ),
    ("ContainsRelRef", 'href="https://example.org/x"', 'href="/x"'),
    ("SecurityRisk", _BODY, _BODY + "&lt;script&gt;1&lt;/script&gt;"),
    ("SecurityRisk", _BODY, _BODY + "&lt;bdo&gt;1&lt;/bdo&gt;"),
    ("SecurityRiskAttr", "&lt;br&gt;", '&lt;br onclick="x"&gt;'),
    ("DangerousStyleAttr", "&lt;br&gt;", '&lt;br style="position:absolute"&gt;'),
    ("NotHtml", _BODY, _BODY + "&lt;foo&gt;x&lt;/foo&gt;"),
    ("NotHtml", _BODY, _BODY + "&lt;b&gt;x"),
    ("NotHtml", _BODY, _BODY + "&lt;div&gt;x&lt;/div&gt;"),
    ("NotHtml", _BODY, _BODY + "&lt;/b&gt;"),
    ("NotHtml", _BODY, _BODY + "AT&amp;T"),
    ("NotHtml", _BODY, _BODY + "&amp;nosuch;"),
    ("NotHtml", _BODY, _BODY + "1 &lt; 2"),
    ("BadCharacters", "<title>One", "<title>One\x92s"),
    ("BadCharacters", "<title>One", "<title>One \ufffd"),
    ("BadCharacters", "<title>One", "<title>caf\u00c3\u00a9"),
]
ATOM_FAULTS = [
    ("MissingElement", "<id>https://feeds.example.org/topics/python/archive/2024-01.atom</id>", ""),
    ("MissingElement", "<title>One</title>", ""),
    ("MissingElement", "<updated>2024-01-01T10:00:00Z</updated>", ""),
    ("MissingElement", _ID_TWO, ""),
    ("MissingElement", "<name>The Editors</name>", ""),
    ("MissingSelf", _SELF_ATOM, ""),
    ("RelativeSelf", 'href="https://feeds.example.org/2024-01.atom"', 'href="/2024-01.atom"'),
    ("SelfDoesntMatchLocation", _SELF_ATOM, _SELF_ATOM + _SELF_ATOM.replace("2024", "2025")),
    ("ArchiveIncomplete", _PREVIOUS, ""),
    ("MissingCurrentInArchive", _CURRENT, ""),
    (
        "FeedRelInCompleteFeed",
        _CURRENT + "\n" + _PREVIOUS,
        '<fh:complete/><link rel="next" href="https://a.org/"/>',
    ),
    ("CurrentNotSelfInCompleteFeed", _PREVIOUS, "<fh:complete/>"),
    ("FeedHistoryRelInEntry", 'rel="enclosure"', 'rel="next"'),
    ("DuplicateEntries", _ID_TWO, "<id>tag:example.org,2024:one</id>"),
    ("DuplicateUpdated", "2024-01-01T10:00:00Z", "2024-01-02T10:00:00+00:00"),
    ("MisplacedMetadata", "</feed>", '<category term="x"/></feed>'),
    # What becomes of an enclosure when feedgen drops rel and type, and beside it the whole link.
    ("DuplicateAtomLink", _ENCLOSURE, '<link rel="alternate" type="text/html"'),
    ("DuplicateAtomLink", _ALT_TWO, _ALT_TWO + _ALT_TWO),
    ("MissingTextualContent", "<summary>Two</summary>", ""),
    ("MissingContentOrAlternate", _ALT_TWO, ""),
    ("MissingSourceElement", _SOURCE, "<source><title>Example</title>"),
    ("MissingSourceElement", "<updated>2024-01-02T10:00:00Z</updated>", ""),
    ("NonCanonicalURI", _ID_TWO, "<id>https://Example.org/two</id>"),
    ("NonCanonicalURI", _ID_TWO, "<id>https://example.org</id>"),
    ("NonCanonicalURI", _ID_TWO, "<id>https://example.org:443/</id>"),
    ("NonCanonicalURI", _ID_TWO, "<id>https://example.org/%c3%a9</id>"),
    ("NonCanonicalURI", _ID_TWO, "<id>https://example.org/%7Etwo</id>"),
    ("NonCanonicalURI", _ID_TWO, "<id>https://example.org/a/../two</id>"),
    ("NonCanonicalURI", _ID_TWO, "<id>https://example.org/%E9</id>"),
    ("InvalidFullLink", _ID_TWO, "<id>two</id>"),
    ("InvalidTAG", _ID_TWO, "<id>tag:two</id>"),
    ("InvalidUUID", _ID_TWO, "<id>urn:uuid:two</id>"),
    ("InvalidURN", _ID_TWO, "<id>urn:two</id>"),
    ("InvalidUriChar", _ID_TWO, "<id>https://example.org/t wo</id>"),
    ("UnexpectedWhitespace", _ID_TWO, "<id> tag:example.org,2024:two</id>"),
    ("DuplicateElement", "<rights>", "<rights>x</rights><rights>"),
    ("UndefinedElement", "<rights>", "<copyright>x</copyright><rights>"),
    ("UnexpectedAttribute", "<name>The Editors", '<name role="x">The Editors'),
    ("UnexpectedAttribute", '<category term="Python"', '<category term="Python" name="x"'),
    ("MissingAttribute", '<category term="Python"/>', "<category/>"),
    ("NotBlank", 'term="Python"', 'term=""'),
    ("NotBlank", "<name>Ann Author</name>", "<name/>"),
    ("NotBlank", "<summary>Two</summary>", "<summary></summary>"),
    ("InvalidAddrSpec", "ed@example.org", "ed"),
    ("InvalidIRI", '<link rel="hub" href="https://hub.example.org/"', '<link rel="hub" href="http:hub"'),
    ("InvalidUriChar", 'https://example.org/one"/>\n<link', 'https://example.org/{one}"/>\n<link'),
    ("InvalidMIMEType", 'type="image/jpeg" length', 'type="jpg" length'),
    ("InvalidNonNegativeInteger", 'length="0"', 'length="None"'),
    ("InvalidLanguage", '<entry xml:lang="de">', '<entry xml:lang="de_DE">'),
    ("InvalidRFC3339Date", "2024-01-01T10:00:00+01:00", "2024-02-30T10:00:00+01:00"),
    ("ImplausibleDate", "2024-01-01T10:00:00+01:00", "1989-12-31T10:00:00+01:00"),
    ("ImplausibleDate", "2024-01-01T10:00:00+01:00", "2999-12-31T10:00:00+01:00"),
    ("AttrNotBlank", 'title="A picture"', 'title=""'),
    ("ContainsHTML", 'title="A picture"', 'title="&lt;b&gt;A&lt;/b&gt;"'),
    ("ContainsUndeclaredHTML", _TWO, "<title>Two&amp;nbsp;</title>"),
    ("InvalidTextType", "<title>Two", '<title type="text/plain">Two'),
    ("AtomLinkNotEmpty", _CURRENT, _CURRENT.replace("/>", ">x</link>")),
    (
        "AvoidNamespacePrefix",
        "<rights>© the authors</rights>",
        '<atom:rights xmlns:atom="http://www.w3.org/2005/Atom">x</atom:rights>',
    ),
    ("MissingXhtmlDiv", "<summary>Two", '<summary type="xhtml">Two'),
    ("NotHtml", 'alt=""&gt;&lt;/p&gt;', 'alt=""&gt;&lt;b&gt;x&lt;/p&gt;&lt;/b&gt;'),
    ("BadCharacters", 'label="Python"', 'label="Python\x85"'),
]
FAULTS = [(ATOM, *fault) for fault in ATOM_FAULTS] + [(RSS, *fault) for fault in RSS_FAULTS]


def names(findings: list[Finding]) -> set[str]:
    return {finding.name for finding in findings}


@pytest.mark.parametrize("document", [RSS, ATOM], ids=["rss", "atom"])
def test_finds_nothing_in_a_good_feed(document):
    assert lint(document.encode()) == []


@pytest.mark.parametrize(
    ("document", "name", "old", "new"), FAULTS, ids=[f"{f[1]}-{i}" for i, f in enumerate(FAULTS)]
)
def test_names_a_single_fault(document, name, old, new):
    assert document.count(old) >= 1
    assert names(lint(document.replace(old, new, 1).encode())) == {name}


def test_complaints_leave_out_what_articles_cause():
    title = ATOM.replace(_TWO, "<title>Use &amp;lt;b&amp;gt; well&lt;/b&gt;</title>")
    dates = title.replace("2024-01-01T10:00:00Z", "2024-01-02T10:00:00+00:00")
    assert names(lint(dates.encode())) == {"ContainsUndeclaredHTML", "DuplicateUpdated"}
    assert complaints(dates.encode()) == []
    assert names(complaints(RSS.replace("<copyright>", "<copyright>&lt;/b&gt;").encode())) == {"ContainsHTML"}


def test_tells_where_and_what():
    [finding] = lint(RSS.replace("<link>https://example.org/two</link>", "<link>/two</link>").encode())
    assert finding == Finding("error", "InvalidFullLink", "rss/channel/item[2]/link", "/two")
    [finding] = lint(ATOM.replace('label="Python"', 'label="&lt;/b&gt;"').encode())
    assert finding == Finding("warning", "ContainsHTML", "feed/category/@label", "</b>")
