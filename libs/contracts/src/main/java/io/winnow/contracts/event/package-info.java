/** What the services say to each other: one record an event, one topic a record type. */
package io.winnow.contracts.event;
