package io.jdax.tools;

import io.jdax.region.Region;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "jdax " + (version == null ? "(built from classes)" : version),
      "JDK " + Runtime.version(),
      Region.nativeStubs().sentence()
    };
  }
}
