/** The events between services: one record per event, one topic per record type. */
package io.winnow.contracts.event;
