package jsonld

// openBadges are the terms of Open Badges 3.0 (§6, "JSON-LD") in the versions 3.0.0 to 3.0.3 of its context. The first
// two protect nothing, and say xsd:string of most texts.
const openBadges = `
objects
01: bare
01: xsd https://www.w3.org/2001/XMLSchema#
OpenBadgeCredential ob:
Achievement ob: {
	01: bare
	01: nameless
	achievementType ob: ^str
	0: alignment ob: ^ob:Alignment set
	123: alignment ob: set
	0: creator ob:Profile
	123: creator ob:
	creditsAvailable ob: ^xss:float
	criteria ob:Criteria ^@id
	fieldOfStudy ob: ^str
	humanCode ob: ^str
	12: image ob:Image ^@id
	3: image ob: ^@id
	0: otherIdentifier ob: ^ob:IdentifierEntry set
	0: related ob: ^ob:Related set
	0: resultDescription ob: ^ob:ResultDescription set
	123: otherIdentifier ob: set
	123: related ob: set
	123: resultDescription ob: set
	specialization ob: ^str
	tag s:keywords ^str set
	version ob: ^str
	3: inLanguage s:
}
AchievementCredential ob:OpenBadgeCredential
AchievementSubject ob: {
	01: bare
	01: nameless
	0: achievement ob:Achievement
	12: achievement ob:achievement-0
	3: achievement ob:
	activityEndDate ob: ^xss:date
	activityStartDate ob: ^xss:date
	creditsEarned ob: ^xss:float
	0: identifier ob: ^ob:IdentityObject set
	123: identifier ob: set
	12: image ob:Image ^@id
	3: image ob: ^@id
	licenseNumber ob: ^str
	0: result ob: ^ob:Result set
	123: result ob: set
	role ob: ^str
	0: source ob: ^ob:Profile
	123: source ob: ^@id
	term ob: ^str
}
Address ob: {
	01: bare
	01: nameless
	addressCountry s: ^str
	addressCountryCode ob:CountryCode ^str
	addressLocality s: ^str
	addressRegion s: ^str
	geo ob:GeoCoordinates
	postOfficeBoxNumber s: ^str
	postalCode s: ^str
	streetAddress s: ^str
}
0: Alignment s: {
123: Alignment s:AlignmentObject {
	01: bare
	01: nameless
	targetCode ob: ^str
	targetDescription s: ^str
	targetFramework s: ^str
	targetName s: ^str
	targetType ob: ^str
	targetUrl s: ^xss:anyURI
}
Criteria ob:
EndorsementCredential ob:
EndorsementSubject ob: {
	01: bare
	01: nameless
	endorsementComment ob: ^str
}
Evidence ob: {
	01: bare
	01: nameless
	audience s: ^str
	genre s: ^str
}
GeoCoordinates ob: {
	01: bare
	01: nameless
	latitude s: ^str
	longitude s: ^str
}
IdentifierEntry ob: {
	01: bare
	01: nameless
	identifier ob: ^str
	identifierType ob: ^str
}
IdentityObject ob: {
	01: bare
	01: nameless
	hashed ob: ^xss:boolean
	identityHash ob: ^str
	identityType ob: ^str
	salt ob: ^str
}
Image ob: {
	01: bare
	01: nameless
	caption s: ^str
}
Profile ob: {
	01: bare
	01: nameless
	additionalName s: ^str
	0: address ob:Address
	123: address ob: ^@id
	dateOfBirth ob: ^xss:date
	email s: ^str
	familyName s: ^str
	familyNamePrefix ob: ^str
	givenName s: ^str
	honorificPrefix s: ^str
	honorificSuffix s: ^str
	12: image ob:Image ^@id
	3: image ob: ^@id
	0: otherIdentifier ob: ^ob:IdentifierEntry set
	0: parentOrg ob: ^str
	0: phone ob:PhoneNumber ^str
	123: otherIdentifier ob: set
	123: parentOrg ob: ^@id
	123: phone ob: ^str
	patronymicName ob: ^str
	official ob: ^str
}
Related ob: {
	01: bare
	01: nameless
	version ob: ^str
	3: inLanguage s:
}
Result ob: {
	01: bare
	01: nameless
	achievedLevel ob: ^xss:anyURI
	resultDescription ob: ^xss:anyURI
	status ob: ^str
	value s: ^str
}
ResultDescription ob: {
	01: bare
	01: nameless
	01: allowedValue ob: ^str set
	23: allowedValue ob: list
	requiredLevel ob: ^xss:anyURI
	requiredValue ob: ^str
	resultType ob: ^str
	0: rubricCriterionLevel ob: ^ob:RubricCriterionLevel set
	123: rubricCriterionLevel ob: set
	valueMax ob: ^str
	valueMin ob: ^str
}
RubricCriterionLevel ob: {
	01: bare
	01: nameless
	level ob: ^str
	points ob: ^str
}
0: alignment ob: ^ob:Alignment set
123: alignment ob: set
01: description s: ^str
23: description s:
0: endorsement ob: ^ob:EndorsementCredential set
123: endorsement ob: set
0: image ob: ^ob:Image
13: image ob: ^@id
2: image ob:Image ^@id
01: name s: ^str
23: name s:
narrative ob: ^str
url s: ^xss:anyURI
3: inLanguage s:
1: awardedDate ob: ^xss:dateTime
3: awardedDate ob: ^~xsd:dateTime
`

// openBadgesExtensions are the types that Open Badges 3.0 has from other specifications of 1EdTech.
const openBadgesExtensions = `
bare
1EdTechJsonSchemaValidator2019 https://purl.imsglobal.org/spec/vccs/v1p0/context.json#1EdTechJsonSchemaValidator2019
1EdTechRevocationList https://purl.imsglobal.org/spec/vcrl/v1p0/context.json#1EdTechRevocationList
1EdTechCredentialRefresh https://purl.imsglobal.org/spec/vccr/v1p0/context.json#1EdTechCredentialRefresh
`
