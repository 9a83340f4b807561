/** Plain Kafka records: reading whole topics, following topics, sending with confirmation. */
package io.winnow.local.kafka;
