package dev.inferlab.agent.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How the way to the scheduler is secured. With a certificate and key the agent proves itself as
 * well (mTLS).
 */
public record TlsConfig(
    boolean enabled, Optional<Path> ca, Optional<Path> certificate, Optional<Path> key) {}
