package dev.inferlab.modelir.wire;

import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.util.StreamReaderDelegate;

/**
 * Opens XML from strangers: no DTD, no entities, always UTF-8, and neither tags or texts so long
 * nor names so many that they would fill the heap.
 */
public final class SafeXml {
  /** Longest run of characters without a tag's end; label lists in rt_info stay far below. */
  private static final int LONGEST_RUN = 4 << 20;

  /** Names of elements and attributes; the parser keeps each. IR has a few hundred. */
  private static final int MOST_NAMES = 20_000;

  private SafeXml() {}

  public static XMLStreamReader open(InputStream xml) throws XMLStreamException {
    // The JDK's own parser, whatever else is on the class path.
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, false);
    return new BoundedNames(
        factory.createXMLStreamReader(
            new BoundedRuns(new InputStreamReader(xml, StandardCharsets.UTF_8))));
  }

  /** Opens a mapped file, without a copy of its bytes. */
  public static XMLStreamReader open(FileBytes file) throws XMLStreamException {
    return open(file.stream(file.has(0, (byte) 0xef, (byte) 0xbb, (byte) 0xbf) ? 3 : 0));
  }

  /**
   * Turns the parser's complaint into a fault; {@code complete} says if the root's end is there.
   */
  public static MalformedModelException fault(XMLStreamException e, boolean complete) {
    if (e instanceof TooManyNamesException) {
      return MalformedModelException.atLine(
          Fault.TOO_COMPLEX,
          "its elements and attributes have more than %,d different names".formatted(MOST_NAMES),
          1);
    }
    int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNumber());
    return complete
        ? MalformedModelException.atLine(Fault.MALFORMED, "the XML is broken at line " + line, line)
        : MalformedModelException.atLine(
            Fault.TRUNCATED, "the XML ends at line " + line + " before its last tag", line);
  }

  private static final class BoundedNames extends StreamReaderDelegate {
    private final Set<String> names = new HashSet<>();

    BoundedNames(XMLStreamReader in) {
      super(in);
    }

    @Override
    public int next() throws XMLStreamException {
      int event = super.next();
      if (event == START_ELEMENT) {
        names.add(getLocalName());
        for (int i = 0; i < getAttributeCount(); i++) {
          names.add(getAttributeLocalName(i));
        }
        if (names.size() > MOST_NAMES) {
          throw new TooManyNamesException();
        }
      }
      return event;
    }
  }

  private static final class TooManyNamesException extends XMLStreamException {
    private static final long serialVersionUID = 1L;
  }

  private static final class BoundedRuns extends FilterReader {
    private int run;

    BoundedRuns(Reader in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      char[] one = new char[1];
      return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
      int count = super.read(buffer, offset, length);
      for (int i = offset; i < offset + count; i++) {
        run = buffer[i] == '>' ? 0 : run + 1;
        if (run > LONGEST_RUN) {
          throw new IOException("a tag or text in the XML is longer than " + LONGEST_RUN);
        }
      }
      return count;
    }
  }
}
