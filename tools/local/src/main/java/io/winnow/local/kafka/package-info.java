/** Kafka's records as they are: read from whole topics, sent and waited for. */
package io.winnow.local.kafka;
