package dev.inferlab.agent.executor;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/** Length-delimited protobuf messages over a socket. One thread reads; any thread may send. */
public final class Wire implements AutoCloseable {
  /** The other side says more at once than is taken; the rest of it cannot be read. */
  public static final class MessageTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    MessageTooLargeException(int bytes) {
      super("a message of " + Integer.toUnsignedLong(bytes) + " bytes is too large");
    }
  }

  private final SocketChannel socket;
  private final int largestBytes;
  private final ByteBuffer in = ByteBuffer.allocate(1 << 16).flip();
  private final Object sending = new Object();

  /**
   * @param largestBytes of a message that is received
   */
  public Wire(SocketChannel socket, int largestBytes) {
    this.socket = socket;
    this.largestBytes = largestBytes;
  }

  /** Sends the whole message. */
  public void send(MessageLite message) throws IOException {
    int size = message.getSerializedSize();
    byte[] frame = new byte[CodedOutputStream.computeUInt32SizeNoTag(size) + size];
    CodedOutputStream out = CodedOutputStream.newInstance(frame);
    out.writeUInt32NoTag(size);
    message.writeTo(out);
    ByteBuffer buffer = ByteBuffer.wrap(frame);
    synchronized (sending) {
      while (buffer.hasRemaining()) {
        socket.write(buffer);
      }
    }
  }

  /** The next message, or nothing if the other side has closed. */
  public <T extends MessageLite> Optional<T> receive(Parser<T> parser) throws IOException {
    if (!in.hasRemaining() && !fill()) {
      return Optional.empty();
    }
    int size = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = next();
      size |= (b & 0x7f) << shift;
      if (b >= 0) {
        break;
      }
      if (shift == 28) {
        throw new IOException("not a message length");
      }
    }
    if (size < 0 || size > largestBytes) {
      throw new MessageTooLargeException(size);
    }
    byte[] frame = new byte[size];
    for (int at = 0; at < size; ) {
      if (!in.hasRemaining() && !fill()) {
        throw new EOFException("closed within a message");
      }
      int n = Math.min(in.remaining(), size - at);
      in.get(frame, at, n);
      at += n;
    }
    return Optional.of(parser.parseFrom(CodedInputStream.newInstance(frame)));
  }

  private byte next() throws IOException {
    if (!in.hasRemaining() && !fill()) {
      throw new EOFException("closed within a message");
    }
    return in.get();
  }

  private boolean fill() throws IOException {
    in.clear();
    int n = socket.read(in);
    in.flip();
    return n > 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
