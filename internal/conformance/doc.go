// Package conformance tests the program from outside: it builds the site of this repository's content/ with the real
// binary and hands the published folder to judges that share no code with it. Most of them are the npm project in
// testdata/interop (validators of Open Badges, HTML and accessibility, and a browser), each of which also has to refuse
// broken twins of what it accepted; the rest are here, and read the folder as bytes.
//
// A judge that is not installed is skipped, with the command that installs it. With BLAZON_REQUIRE_ALL=1 in the
// environment, as in CI, that is a failure.
package conformance
