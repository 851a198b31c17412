package dev.inferlab.modelir.wire;

import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import java.io.ByteArrayInputStream;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Opens XML from strangers: no DTD, no entities, always UTF-8, and no tag or text so long that it
 * would fill the heap.
 */
public final class SafeXml {
  /** Longest run of characters without a tag's end; label lists in rt_info stay far below. */
  private static final int LONGEST_RUN = 4 << 20;

  private SafeXml() {}

  public static XMLStreamReader open(InputStream xml) throws XMLStreamException {
    // The JDK's own parser, whatever else is on the class path.
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, false);
    return factory.createXMLStreamReader(
        new BoundedRuns(new InputStreamReader(xml, StandardCharsets.UTF_8)));
  }

  /** Opens a mapped file's bytes; they are copied once, so the caller limits the size before. */
  public static XMLStreamReader open(FileBytes file, Budget budget)
      throws XMLStreamException, MalformedModelException {
    budget.keep(file.size(), 0);
    byte[] copy = file.segment().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    int bom = file.has(0, (byte) 0xef, (byte) 0xbb, (byte) 0xbf) ? 3 : 0;
    return open(new ByteArrayInputStream(copy, bom, copy.length - bom));
  }

  /**
   * Turns the parser's complaint into a fault; {@code complete} says if the root's end is there.
   */
  public static MalformedModelException fault(XMLStreamException e, boolean complete) {
    int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNumber());
    return complete
        ? MalformedModelException.atLine(Fault.MALFORMED, "the XML is broken at line " + line, line)
        : MalformedModelException.atLine(
            Fault.TRUNCATED, "the XML ends at line " + line + " before its last tag", line);
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
