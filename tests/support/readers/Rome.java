// A parser of one run, Rome: a feed as input, its entries as lines of fields in Base64.
import com.rometools.rome.feed.synd.SyndContent;
import com.rometools.rome.feed.synd.SyndEntry;
import com.rometools.rome.io.SyndFeedInput;
import com.rometools.rome.io.XmlReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;

public class Rome {
    public static void main(String[] arguments) throws Exception {
        for (SyndEntry entry : new SyndFeedInput().build(new XmlReader(System.in)).getEntries()) {
            String[] fields = {
                entry.getUri(),
                entry.getTitle(),
                entry.getLink(),
                Long.toString(entry.getPublishedDate().getTime() / 1000),
                entry.getAuthor(),
                entry.getEnclosures().isEmpty() ? "" : entry.getEnclosures().get(0).getUrl(),
                entry.getContents().stream().map(SyndContent::getValue).collect(Collectors.joining()),
            };
            System.out.println(Arrays.stream(fields)
                .map(field -> Base64.getEncoder().encodeToString(field.getBytes(StandardCharsets.UTF_8)))
                .collect(Collectors.joining(" ")));
        }
    }
}
