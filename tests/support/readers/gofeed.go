// A parser of one run, gofeed: a feed as input, its entries as JSON.
package main

import (
	"encoding/json"
	"log"
	"os"

	"github.com/mmcdole/gofeed"
)

func main() {
	feed, err := gofeed.NewParser().Parse(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	entries := [][]interface{}{}
	for _, item := range feed.Items {
		author, image, date := "", "", int64(0)
		if item.Author != nil {
			author = item.Author.Name
		}
		if len(item.Enclosures) > 0 {
			image = item.Enclosures[0].URL
		}
		if item.PublishedParsed != nil {
			date = item.PublishedParsed.Unix()
		}
		entries = append(entries, []interface{}{item.GUID, item.Title, item.Link, date, author, image, item.Content})
	}
	if err := json.NewEncoder(os.Stdout).Encode(entries); err != nil {
		log.Fatal(err)
	}
}
