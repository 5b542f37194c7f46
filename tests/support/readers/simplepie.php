<?php
// A parser of one run, SimplePie: a feed as input, its entries as JSON.
error_reporting(E_ALL & ~E_DEPRECATED & ~E_WARNING);
require '/usr/share/php/simplepie/autoloader.php';

// What it hands out is HTML, titles and addresses too.
$plain = fn($html) => html_entity_decode((string) $html, ENT_QUOTES | ENT_HTML5, 'UTF-8');

$feed = new SimplePie();
$feed->enable_cache(false);
$feed->enable_order_by_date(false);
$feed->set_raw_data(stream_get_contents(STDIN));
if (!$feed->init()) {
    fwrite(STDERR, (string) $feed->error());
    exit(1);
}
// Debian's release parses no dates on the PHP of today: the text of the element is all it knows.
$date = function ($item) {
    $tags = $item->get_item_tags('', 'pubDate') ?: $item->get_item_tags(SIMPLEPIE_NAMESPACE_ATOM_10, 'published');
    return strtotime($tags[0]['data']);
};

$entries = [];
foreach ($feed->get_items() as $item) {
    $entries[] = [
        $plain($item->get_id()),
        $plain($item->get_title()),
        $plain($item->get_permalink()),
        $date($item),
        implode(', ', array_map(fn($author) => $plain($author->get_name()), $item->get_authors() ?: [])),
        null,
        (string) $item->get_content(true),
    ];
}
echo json_encode($entries);
