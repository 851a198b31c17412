package dev.inferlab.gateway.catalog.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRuleTest {
  private static AddressRule rule(List<String> allowed, String... addresses) {
    return new AddressRule(
        allowed,
        host -> {
          InetAddress[] found = new InetAddress[addresses.length];
          for (int i = 0; i < addresses.length; i++) {
            found[i] = InetAddress.ofLiteral(addresses[i]);
          }
          return found;
        });
  }

  private static void assertForbidden(AddressRule rule) {
    assertThatThrownBy(() -> rule.resolve("models.example.org"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ProblemCode.DOWNLOAD_ADDRESS_FORBIDDEN);
              assertThat(e.detail()).doesNotContain("127.0.0.1").doesNotContain("example");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "168.63.129.16",
        "100.100.100.200",
        "192.0.0.192",
        "198.18.0.1",
        "224.0.0.251",
        "239.255.255.250",
        "255.255.255.255",
        "240.0.0.1",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "100::1",
      })
  void addressesInsideAreRefused(String address) {
    assertForbidden(rule(List.of(), address));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"8.8.8.8", "172.32.0.1", "100.128.0.1", "2a00:1450:4001::1", "2606:4700::1"})
  void publicOnesAreTaken(String address) throws UnknownHostException {
    assertThat(rule(List.of(), address).resolve("models.example.org")).hasSize(1);
  }

  @Test
  void oneBadAddressAmongGoodOnesIsEnough() {
    assertForbidden(rule(List.of(), "8.8.8.8", "10.0.0.1"));
  }

  @Test
  void theOperatorMayAllowHostsAndRanges() throws UnknownHostException {
    assertThat(rule(List.of("10.0.0.0/8"), "10.9.8.7").resolve("a")).hasSize(1);
    assertThat(rule(List.of("fd00::/8"), "fd12::1").resolve("a")).hasSize(1);
    assertThat(rule(List.of("Models.Example.org"), "10.9.8.7").resolve("models.example.org"))
        .hasSize(1);
    assertForbidden(rule(List.of("10.0.0.0/9"), "10.255.0.1"));
    assertForbidden(rule(List.of("other.example.org", "192.168.0.0/16"), "10.0.0.1"));
  }

  @Test
  void theAnswerIsWhereToConnectWhateverTheNameSaysLater() throws UnknownHostException {
    InetAddress first = InetAddress.ofLiteral("8.8.8.8");
    int[] asked = {0};
    AddressRule rebinding =
        new AddressRule(
            List.of(),
            host ->
                new InetAddress[] {asked[0]++ == 0 ? first : InetAddress.ofLiteral("127.0.0.1")});
    assertThat(rebinding.resolve("models.example.org")).containsExactly(first);
    assertThat(asked[0]).isEqualTo(1);
  }
}
