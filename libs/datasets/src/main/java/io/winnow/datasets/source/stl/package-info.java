/** The binary files of STL-10. */
package io.winnow.datasets.source.stl;
