/** The outside world of component tests: agents over real gRPC, commands and events over Kafka. */
package dev.inferlab.scheduler.lab;
