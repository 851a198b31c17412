package dev.inferlab.gateway.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A part of a file as a stream; several may be read from one channel. */
final class ChannelRange extends InputStream {
  private final FileChannel channel;
  private long position;
  private long left;

  ChannelRange(FileChannel channel, long position, long length) {
    this.channel = channel;
    this.position = position;
    this.left = length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left <= 0) {
      return -1;
    }
    int count =
        channel.read(ByteBuffer.wrap(target, offset, (int) Math.min(length, left)), position);
    if (count > 0) {
      position += count;
      left -= count;
    }
    return count;
  }
}
