package dev.inferlab.gateway.archive;

/**
 * How much one upload may unpack to.
 *
 * @param entries most files and folders of all its archives together
 * @param unpackedBytes most bytes of all its files together
 * @param ratio most unpacked bytes for each packed byte of an archive
 * @param ratioFloorBytes an archive that unpacks to less than this is never refused for its ratio
 */
public record ArchiveLimits(int entries, long unpackedBytes, int ratio, long ratioFloorBytes) {}
