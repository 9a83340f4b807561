/** Settings, and the beans made from them: the store, Kafka's admin client, topics, meters. */
package io.winnow.stage.config;
