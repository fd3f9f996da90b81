/// The suite's version, as `--version`, `build_info` and the OpenAPI documents give it.
package let suiteVersion = "0.1.0"
