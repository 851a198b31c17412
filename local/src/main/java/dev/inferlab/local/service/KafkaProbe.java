package dev.inferlab.local.service;

import dev.inferlab.local.process.Probe;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * Ready when the broker answers the first request of every client, ApiVersions; an open port alone
 * says little.
 */
record KafkaProbe(int port) implements Probe {
  private static final int TIMEOUT_MILLIS = 1_000;
  private static final short API_VERSIONS = 18;
  private static final int CORRELATION = 7;
  private static final int LARGEST_ANSWER = 1 << 20;

  @Override
  public boolean isReady() throws IOException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MILLIS);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeInt(10); // bytes that follow
      out.writeShort(API_VERSIONS);
      out.writeShort(0); // version of the request
      out.writeInt(CORRELATION);
      out.writeShort(-1); // no client id
      out.flush();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      int length = in.readInt();
      return length >= 4 && length < LARGEST_ANSWER && in.readInt() == CORRELATION;
    }
  }
}
