package dev.inferlab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.agent.config.TlsConfig;
import dev.inferlab.agent.fake.FakeStore;
import dev.inferlab.agent.session.Channels;
import dev.inferlab.proto.artifact.v1.ArtifactServiceGrpc;
import dev.inferlab.proto.artifact.v1.FindMissingRequest;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way to the scheduler under mutual TLS. Certificates are made by the JDK's keytool. */
class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir Path folder;
  private Server server;

  @BeforeEach
  void startServer() throws Exception {
    makeCertificate("server");
    makeCertificate("agent");
    makeCertificate("stranger");
    server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                TlsServerCredentials.newBuilder()
                    .keyManager(pem("server.crt").toFile(), pem("server.key").toFile())
                    .trustManager(pem("agent.crt").toFile())
                    .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                    .build())
            .addService(new FakeStore())
            .build()
            .start();
  }

  @AfterEach
  void stopServer() {
    server.shutdownNow();
  }

  private Path pem(String name) {
    return folder.resolve(name);
  }

  private void makeCertificate(String name) throws Exception {
    Path store = folder.resolve(name + ".p12");
    int code =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .inheritIO()
            .start()
            .waitFor();
    assertThat(code).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
    write(name + ".crt", "CERTIFICATE", keys.getCertificate(name).getEncoded());
    write(name + ".key", "PRIVATE KEY", keys.getKey(name, PASSWORD).getEncoded());
  }

  private void write(String file, String type, byte[] content) throws Exception {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    Files.writeString(
        pem(file), "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n");
  }

  private Status.Code call(TlsConfig tls) throws InterruptedException {
    ManagedChannel channel = Channels.open("127.0.0.1:" + server.getPort(), tls);
    try {
      ArtifactServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(20, TimeUnit.SECONDS)
          .findMissing(FindMissingRequest.getDefaultInstance());
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    } finally {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  private TlsConfig as(String name, String authority) {
    return new TlsConfig(
        true,
        Optional.of(pem(authority + ".crt")),
        Optional.of(pem(name + ".crt")),
        Optional.of(pem(name + ".key")));
  }

  @Test
  void onlyAKnownAgentReachesAKnownScheduler() throws Exception {
    assertThat(call(as("agent", "server"))).isEqualTo(Status.Code.OK);
    assertThat(call(as("stranger", "server")))
        .as("an unknown agent")
        .isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(call(as("agent", "stranger")))
        .as("an unknown scheduler")
        .isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(
            call(
                new TlsConfig(
                    true, Optional.of(pem("server.crt")), Optional.empty(), Optional.empty())))
        .as("no certificate")
        .isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(call(new TlsConfig(false, Optional.empty(), Optional.empty(), Optional.empty())))
        .as("plaintext")
        .isEqualTo(Status.Code.UNAVAILABLE);
  }
}
