package build

// AwardKey is what the tests of the package's inside need.
var AwardKey = awardKey
