package dev.inferlab.gateway.catalog.download;

import dev.inferlab.gateway.catalog.zoo.WebAddress;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Decides which addresses downloads may connect to. The gateway stands inside the lab: an address
 * that a user or a server's redirect names must not make it speak to its neighbours. So only public
 * addresses are taken, unless the operator allows others. Ranges: the IANA registries of special
 * purpose addresses (RFC 6890), and clouds' metadata services.
 */
@Singleton
public class AddressRule {
  /** What is wrong with an address that is forbidden. */
  public static final String INSIDE = "leads inside the lab, or to no public machine";

  private static final List<Cidr> FORBIDDEN_V4 =
      ranges(
          "0.0.0.0/8", // this network
          "10.0.0.0/8",
          "100.64.0.0/10", // carriers' NAT; has a cloud's metadata too
          "127.0.0.0/8",
          "168.63.129.16/32", // a cloud's host service
          "169.254.0.0/16", // link-local, metadata of most clouds
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.0.2.0/24", // documentation, and so on
          "192.88.99.0/24",
          "192.168.0.0/16",
          "198.18.0.0/15",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "224.0.0.0/4", // multicast
          "240.0.0.0/4"); // reserved, broadcast

  // All of IPv6 that is public lies in here; loopback, link-local, unique local, multicast, mapped
  // and translated addresses do not.
  private static final Cidr PUBLIC_V6 = ranges("2000::/3").getFirst();
  private static final List<Cidr> FORBIDDEN_V6 =
      ranges(
          "2001::/23", // protocol assignments, among them Teredo, which carries IPv4 addresses
          "2001:db8::/32",
          "2002::/16", // 6to4, likewise
          "3fff::/20");

  private final Set<String> hosts = new HashSet<>();
  private final List<Cidr> allowed = new ArrayList<>();
  private final Resolver resolver;

  /** Finds the addresses of a name. */
  @FunctionalInterface
  interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  @Inject
  AddressRule(
      @ConfigProperty(name = "inferlab.catalog.allowed-hosts") Optional<List<String>> exceptions) {
    this(exceptions.orElse(List.of()), InetAddress::getAllByName);
  }

  /**
   * @param exceptions host names, and addresses or ranges, that the operator allows
   */
  AddressRule(List<String> exceptions, Resolver resolver) {
    this.resolver = resolver;
    for (String exception : exceptions) {
      Cidr.parse(exception.strip())
          .ifPresentOrElse(
              allowed::add, () -> hosts.add(exception.strip().toLowerCase(Locale.ROOT)));
    }
  }

  private static List<Cidr> ranges(String... texts) {
    return List.of(texts).stream().map(text -> Cidr.parse(text).orElseThrow()).toList();
  }

  /**
   * Refuses what {@link #isForbidden is forbidden}: for requests, so that they need not be accepted
   * in vain.
   *
   * @param url that has {@link WebAddress the form of one}
   * @param field of the request that it came in
   */
  public void requireAllowed(String url, String field) {
    if (isForbidden(url)) {
      throw forbidden(List.of(new Violation(field, INSIDE)));
    }
  }

  /**
   * Whether nothing is fetched from there, whatever a look-up would say. What a name leads to is
   * judged when it is fetched from.
   *
   * @param url that has {@link WebAddress the form of one}
   */
  public boolean isForbidden(String url) {
    String host = name(URI.create(url).getHost());
    return !hosts.contains(host)
        && literal(host).filter(address -> !isAllowed(address)).isPresent();
  }

  /** The address that a host is without any look-up. */
  private static Optional<InetAddress> literal(String host) {
    // These names lead to this machine, whoever is asked (RFC 6761).
    boolean here = host.matches("(.*\\.)?localhost\\.?");
    return here
        ? Optional.of(InetAddress.getLoopbackAddress())
        : Cidr.literal(host.replaceFirst("%.*", ""));
  }

  /**
   * Where to connect for this host. Connect to what is returned and never resolve the name again:
   * it may have another address then.
   *
   * @param host as the address has it; IPv6 may be in brackets
   */
  List<InetAddress> resolve(String host) throws UnknownHostException {
    String name = name(host);
    List<InetAddress> addresses = List.of(resolver.resolve(name));
    if (!hosts.contains(name) && !addresses.stream().allMatch(this::isAllowed)) {
      throw forbidden(List.of());
    }
    return addresses;
  }

  private static String name(String host) {
    String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return name.toLowerCase(Locale.ROOT);
  }

  private static ProblemException forbidden(List<Violation> violations) {
    return new ProblemException(
        ProblemCode.DOWNLOAD_ADDRESS_FORBIDDEN, "The address " + INSIDE + ".", violations);
  }

  private boolean isAllowed(InetAddress address) {
    return isPublic(address) || allowed.stream().anyMatch(range -> range.contains(address));
  }

  static boolean isPublic(InetAddress address) {
    // Java turns IPv4-mapped addresses (::ffff:127.0.0.1) into IPv4 ones itself.
    if (address instanceof Inet6Address) {
      return PUBLIC_V6.contains(address)
          && FORBIDDEN_V6.stream().noneMatch(range -> range.contains(address));
    }
    return FORBIDDEN_V4.stream().noneMatch(range -> range.contains(address));
  }
}
