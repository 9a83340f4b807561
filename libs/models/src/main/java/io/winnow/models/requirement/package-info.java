/** What a run spec requires of a data set and of the memory, checked before anything is trained. */
package io.winnow.models.requirement;
