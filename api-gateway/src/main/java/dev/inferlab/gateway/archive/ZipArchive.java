package dev.inferlab.gateway.archive;

import dev.inferlab.platform.problem.ProblemCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * A zip file. Everything that can be known before unpacking is checked first: names, kinds, sizes,
 * the agreement of the two headers of each entry, and that no two entries share bytes.
 */
final class ZipArchive {
  private static final int LOCAL_MAGIC = 0x04034b50;
  private static final int LOCAL_SIZE = 30;

  private final FileChannel channel;
  private final UnpackBudget budget;
  private final NameRegister names;

  ZipArchive(FileChannel channel, UnpackBudget budget, NameRegister names) {
    this.channel = channel;
    this.budget = budget;
    this.names = names;
  }

  /** An entry and where its packed bytes lie. */
  private record Located(ZipEntryInfo entry, long dataOffset) {
    long end() {
      return dataOffset + entry.packed();
    }
  }

  void read(EntrySink sink) throws IOException {
    ZipDirectory directory = new ZipDirectory(channel, budget);
    List<ZipEntryInfo> entries = directory.entries();
    checkSizes(entries);
    List<Located> located = new java.util.ArrayList<>(entries.size());
    for (ZipEntryInfo entry : entries) {
      located.add(locate(directory, entry));
    }
    checkRanges(located, directory.offset());
    for (ZipEntryInfo entry : entries) {
      if (entry.folder()) {
        names.folder(entry.name());
      } else if (entry.name().isEmpty()) {
        throw ArchiveProblem.of(
            ProblemCode.ARCHIVE_ENTRY_NAME_FORBIDDEN, "", "A file's name is empty.");
      } else {
        names.file(entry.name());
      }
    }
    for (Located file : located) {
      if (!file.entry().folder() && !EntryName.isClutter(file.entry().name())) {
        try (InputStream content = open(file)) {
          sink.file(file.entry().name(), content);
        }
      }
    }
  }

  private void checkSizes(List<ZipEntryInfo> entries) throws IOException {
    long packed = 0;
    long unpacked = 0;
    for (ZipEntryInfo entry : entries) {
      budget.checkBytes(entry.unpacked(), EntryName.shown(entry.name()));
      budget.checkRatio(entry.packed(), entry.unpacked(), EntryName.shown(entry.name()));
      packed += entry.packed();
      unpacked += entry.unpacked();
      budget.checkBytes(unpacked, EntryName.shown(entry.name()));
    }
    budget.checkRatio(Math.min(packed, channel.size()), unpacked, "");
  }

  private static Located locate(ZipDirectory directory, ZipEntryInfo entry) throws IOException {
    ByteBuffer local = directory.at(entry.offset(), LOCAL_SIZE);
    int nameLength = Short.toUnsignedInt(local.getShort(26));
    int extraLength = Short.toUnsignedInt(local.getShort(28));
    boolean agrees =
        local.getInt(0) == LOCAL_MAGIC
            && nameLength == entry.rawName().length
            && Short.toUnsignedInt(local.getShort(8)) == entry.method()
            && Short.toUnsignedInt(local.getShort(6)) == entry.flags()
            && (entry.sizesFollow() || sizesAgree(local, entry))
            && Arrays.equals(
                directory.at(entry.offset() + LOCAL_SIZE, nameLength).array(), entry.rawName());
    if (!agrees) {
      throw ArchiveProblem.of(
          ProblemCode.ARCHIVE_MALFORMED,
          EntryName.shown(entry.name()),
          "The zip archive is damaged: it says two different things about a file. Pack it again.");
    }
    return new Located(entry, entry.offset() + LOCAL_SIZE + nameLength + extraLength);
  }

  private static boolean sizesAgree(ByteBuffer local, ZipEntryInfo entry) {
    long packed = Integer.toUnsignedLong(local.getInt(18));
    long unpacked = Integer.toUnsignedLong(local.getInt(22));
    long max32 = 0xffffffffL;
    return (packed == max32 || packed == entry.packed())
        && (unpacked == max32 || unpacked == entry.unpacked());
  }

  private static void checkRanges(List<Located> located, long directoryOffset) {
    long end = 0;
    List<Located> inOrder =
        located.stream().sorted(Comparator.comparingLong(l -> l.entry().offset())).toList();
    for (Located file : inOrder) {
      if (file.entry().offset() < end) {
        throw ZipDirectory.damaged("two files in it share bytes");
      }
      end = file.end();
      if (end < 0 || end > directoryOffset) {
        throw ZipDirectory.damaged("a file in it reaches beyond its end");
      }
    }
  }

  private InputStream open(Located file) {
    ZipEntryInfo entry = file.entry();
    InputStream packed = new ChannelRange(channel, file.dataOffset(), entry.packed());
    if (entry.method() == ZipEntryInfo.STORED) {
      return new CheckedContent(packed, entry, budget, () -> {});
    }
    Inflater inflater = new Inflater(true);
    return new CheckedContent(
        new InflaterInputStream(packed, inflater, 1 << 14), entry, budget, inflater::end);
  }
}
