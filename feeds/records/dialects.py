"""What site generators and their themes call fields: ours, and those that change nothing. Folded."""

from __future__ import annotations

from .fields import FIELD_NAMES

_USELESS = """
    layout template templates pagetemplate theme style styles stylesheet stylesheets css cssclass
    class classes bodyclass pageclass scripts script js javascript color colour background bgcolor
    fontsize weight order sortorder sortby transparent paginatereversed position index nav navorder
    navtitle navigation eleventynavigation menu menus sidebar sidebarlabel sidebarposition
    sidebarclassname displayedsidebar sidebarenabled haschildren navexclude toc showtoc tocopen
    tocsticky tableofcontents hidetableofcontents tocminheadinglevel tocmaxheadinglevel comments
    comment commentable commentsenabled disablecomments disqus disqusid utterances giscus share
    sharing sharebuttons socialshare disableshare math mathjax katex latex mermaid highlight
    codefolding linenumbers asciinema diagram hidetitle hidemeta hidesummary hidedate showdate
    showauthor showreadingtime showbreadcrumbs showpostnavlinks showwordcount breadcrumbs readtime
    readingtime minutes wordcount timetoread featured pinned sticky pin top sitemap robots noindex
    nofollow search searchable searchhidden searchexclude insearchindex seo seotitle metatitle
    opengraph twitter twittercard og ogtitle ogtype ogdescription facebook metadescription
    socialdescription alias aliases redirectfrom redirectto redirects redirect oldurl outputs
    cascade build headless markup linktitle cascadebuild iscjklanguage
    eleventyexcludefromcollections eleventycomputed eleventyimport pagination paginate paginatepath
    paginateby paginateddata insertanchorlinks rendersection generatefeeds generatefeed pagebreak
    excerptseparator renderwithliquid output collection previous next prev prevpost nextpost
    paginationnext paginationprev paginationlabel customediturl editurl editlink translationkey
    translations ref langref i18nkey titleslug lastmodifiedby postid wordpressid wpid wppostid
    importid importedfrom
"""
USELESS = frozenset(_USELESS.split())
"""How a page looks, where it stands in a menu, who may comment: fields that change nothing in a feed."""

DIALECTS: dict[str, str] = {
    name: ours
    for ours, names in {
        "title": "headline posttitle pagetitle",
        "excerpt": "description summary abstract lead lede teaser intro introduction synopsis dek standfirst "
        "subtitle blurb desc snippet",
        "publishedDateTime": "date pubdate pubdatetime publishdate publishedat publisheddate publishedon "
        "datepublished publicationdate publishon posted postedon createdat created creationdate datecreated "
        "createddate releasedate publishtime datetime time",
        "updatedDateTime": "updated lastmod lastmodified lastmodifiedat modified moddatetime updateddate "
        "updatedat updatedon dateupdated datemodified modifieddate lastupdate lastupdated revised "
        "revisiondate lastmodifieddate",
        "originalUrl": "link externalurl externallink sourceurl href",
        "webUrl": "permalink url path canonical canonicalurl",
        "topics": "tags tag categories keywords topic labels subjects subject series hubs taxonomy "
        "taxonomies",
        "images": "image cover coverimage coverimg featuredimage featureimage featuredimg heroimage hero "
        "thumbnail thumb thumbnailimage banner bannerimage bannerimg ogimage socialimage socialcard "
        "socialmedia headerimage headerimg teaserimage img photo photos picture pictures imageurl imagepath "
        "preview previewimage shareimage sharingimage pageimage leadimage mainimage postimage metaimage "
        "twitterimage gallery splash cardimage listimage titleimage",
        "authors": "byline creator creators writer writers contributors postauthor",
        "provider": "source publisher site publication outlet sourcename",
        "locale": "lang language languagecode",
        "category": "section",
        "type": "kind posttype contenttype",
        "draft": "isdraft unpublished",
        "published": "ispublished",
        "removed": "unlisted hidden deleted isremoved expired",
        "id": "guid uid uuid",
        "slug": "urlslug postslug",
        "length": "duration",
        "featuredContent": "video videourl youtube youtubeid vimeo embed player",
    }.items()
    for name in names.split()
    if ours in FIELD_NAMES
}
"""What site generators and their themes call our fields, folded → our name."""
