#!/bin/sh
# Writes FILE.gz beside every text below a folder, for nginx's gzip_static: precompress.sh DIR
# A sibling gets its document's time, so that both have the same Last-Modified.
set -eu
for suffix in rss atom json opml html css js svg; do
    find "$1" -type f -name "*.$suffix.gz" ! -name '.*' | while IFS= read -r coded; do
        [ -e "${coded%.gz}" ] || rm -f "$coded"
    done
    find "$1" -type f -name "*.$suffix" ! -name '.*' | while IFS= read -r document; do
        if [ ! -e "$document.gz" ] || [ "$document" -nt "$document.gz" ]; then
            draft="${document%/*}/.${document##*/}.gz.tmp"
            gzip -9 -n -c "$document" > "$draft"
            touch -r "$document" "$draft"
            mv "$draft" "$document.gz"
        fi
    done
done
