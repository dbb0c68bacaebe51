package jsonld

// credentials2 are the terms of Verifiable Credentials Data Model 2.0 (appendix B.1), with those of Bitstring Status
// List, Data Integrity and JOSE that its context takes in.
const credentials2 = `
description s:
digestMultibase sec: ^sec:multibase
digestSRI c: ^c:sriString
mediaType s:encodingFormat
name s:
VerifiableCredential c: {
	confidenceMethod c: ^@id
	credentialSchema c: ^@id
	credentialStatus c: ^@id
	credentialSubject c: ^@id
	description s:
	evidence c: ^@id
	issuer c: ^@id
	name s:
	proof sec: ^@id graph
	refreshService c: ^@id
	relatedResource c: ^@id
	renderMethod c: ^@id
	termsOfUse c: ^@id
	validFrom c: ^xs:dateTime
	validUntil c: ^xs:dateTime
}
EnvelopedVerifiableCredential c:
VerifiablePresentation c: {
	holder c: ^@id
	proof sec: ^@id graph
	termsOfUse c: ^@id
	verifiableCredential c: ^@id graph {alone}
}
EnvelopedVerifiablePresentation c:
JsonSchemaCredential c:
JsonSchema c: {
	jsonSchema c: ^@json
}
` + bitstringTerms + `
DataIntegrityProof sec: {
	previousProof sec: ^@id
	cryptosuite sec: ^sec:cryptosuiteString
` + proofTerms + `
}
... jwt:
_sd jwt: ^@json
_sd_alg jwt:
aud jwt: ^@id
cnf jwt: {
	nameless
	kid jwt: ^@id
	jwk jwt: ^@json
}
exp jwt: ^xss:nonNegativeInteger
iat jwt: ^xss:nonNegativeInteger
iss jose: ^@id
jku jose: ^@id
kid jose: ^@id
nbf jwt: ^xss:nonNegativeInteger
sub jose: ^@id
x5u jose: ^@id
`

// bitstringTerms are those of Bitstring Status List 1.0 (§2).
const bitstringTerms = `
BitstringStatusListCredential st:
BitstringStatusList st: {
	encodedList st: ^sec:multibase
	statusPurpose st:
	ttl st:
}
BitstringStatusListEntry st: {
	statusListCredential st: ^@id
	statusListIndex st:
	statusPurpose st:
	statusMessage st: {
		message st:
		status st:
	}
	statusReference st: ^@id
	statusSize st: ^xss:integer
}
`

const statusList = bitstringTerms

// proofTerms are those that the proofs of Data Integrity 1.0 (§2.1) have in common.
const proofTerms = `
	challenge sec:
	created dc: ^xs:dateTime
	domain sec:
	expires sec:expiration ^xs:dateTime
	nonce sec:
	proofPurpose sec: ^@vocab {
		assertionMethod sec: ^@id set
		authentication sec:authenticationMethod ^@id set
		capabilityDelegation sec:capabilityDelegationMethod ^@id set
		capabilityInvocation sec:capabilityInvocationMethod ^@id set
		keyAgreement sec:keyAgreementMethod ^@id set
	}
	proofValue sec: ^sec:multibase
	verificationMethod sec: ^@id
`

// dataIntegrity are versions 1 and 2 of the context of Data Integrity.
const dataIntegrity = `
proof sec: ^@id graph
DataIntegrityProof sec: {
	2: previousProof sec: ^@id
	2: cryptosuite sec: ^sec:cryptosuiteString
	1: cryptosuite sec:
` + proofTerms + `
}
`

// multikey is that of Controlled Identifiers 1.0, "Multikey".
const multikey = `
Multikey sec: {
	controller sec: ^@id
	expires sec:expiration ^xs:dateTime
	revoked sec: ^xs:dateTime
	publicKeyMultibase sec: ^sec:multibase
	secretKeyMultibase sec: ^sec:multibase
}
`

// ed25519Suite is that of the Ed25519Signature2020 suite, which came before Data Integrity.
const ed25519Suite = `
proof sec: ^@id graph
Ed25519VerificationKey2020 sec: {
	controller sec: ^@id
	revoked sec: ^xs:dateTime
	publicKeyMultibase sec: ^sec:multibase
}
Ed25519Signature2020 sec: {
` + proofTerms + `
}
`

// statusList2021 is that of Status List 2021, which came before Bitstring Status List.
const statusList2021 = `
nameless
StatusList2021Credential sl: {
	description sh:
	name sh:
}
StatusList2021 sl: {
	statusPurpose sl:
	encodedList sl:
}
StatusList2021Entry sl: {
	statusPurpose sl:
	statusListIndex sl:
	statusListCredential sl: ^@id
}
`

// didDocument is that of Decentralized Identifiers 1.0 (§5).
const didDocument = `
alsoKnownAs as: ^@id
assertionMethod sec: ^@id set
authentication sec:authenticationMethod ^@id set
capabilityDelegation sec:capabilityDelegationMethod ^@id set
capabilityInvocation sec:capabilityInvocationMethod ^@id set
controller sec: ^@id
keyAgreement sec:keyAgreementMethod ^@id set
service did: ^@id {
	serviceEndpoint did: ^@id
}
verificationMethod sec: ^@id
`

// credentials1 are the terms of Verifiable Credentials Data Model 1.1 (appendix B.1). Its scoped contexts have terms
// that documents may use as prefixes, and that it uses itself. That of RsaSignature2018 uses prefixes that it lacks, so
// that it means other IRIs than the suites beside it.
const credentials1 = `
numbered
VerifiableCredential c: {
	cred https://www.w3.org/2018/credentials#
	sec https://w3id.org/security#
	xsd http://www.w3.org/2001/XMLSchema#
	credentialSchema ~cred:credentialSchema ^@id {
		cred https://www.w3.org/2018/credentials#
		JsonSchemaValidator2018 ~cred:JsonSchemaValidator2018
	}
	credentialStatus ~cred:credentialStatus ^@id
	credentialSubject ~cred:credentialSubject ^@id
	evidence ~cred:evidence ^@id
	expirationDate ~cred:expirationDate ^~xsd:dateTime
	holder ~cred:holder ^@id
	issued ~cred:issued ^~xsd:dateTime
	issuer ~cred:issuer ^@id
	issuanceDate ~cred:issuanceDate ^~xsd:dateTime
	proof ~sec:proof ^@id graph
	refreshService ~cred:refreshService ^@id {
		cred https://www.w3.org/2018/credentials#
		ManualRefreshService2018 ~cred:ManualRefreshService2018
	}
	termsOfUse ~cred:termsOfUse ^@id
	validFrom ~cred:validFrom ^~xsd:dateTime
	validUntil ~cred:validUntil ^~xsd:dateTime
}
VerifiablePresentation c: {
	cred https://www.w3.org/2018/credentials#
	sec https://w3id.org/security#
	holder ~cred:holder ^@id
	proof ~sec:proof ^@id graph
	verifiableCredential ~cred:verifiableCredential ^@id graph
}
EcdsaSecp256k1Signature2019 sec: {
` + proofTerms1 + prefixTerms1 + `
}
EcdsaSecp256r1Signature2019 sec: {
` + proofTerms1 + prefixTerms1 + `
}
Ed25519Signature2018 sec: {
` + proofTerms1 + prefixTerms1 + `
}
RsaSignature2018 sec: {
	nameless
` + proofTerms1 + `
}
proof sec: ^@id graph
`

const prefixTerms1 = `
	sec https://w3id.org/security#
	xsd http://www.w3.org/2001/XMLSchema#
`

const proofTerms1 = `
	challenge ~sec:challenge
	created dc: ^~xsd:dateTime
	domain ~sec:domain
	expires ~sec:expiration ^~xsd:dateTime
	jws ~sec:jws
	nonce ~sec:nonce
	proofPurpose ~sec:proofPurpose ^@vocab {
		sec https://w3id.org/security#
		assertionMethod ~sec:assertionMethod ^@id set
		authentication ~sec:authenticationMethod ^@id set
	}
	proofValue ~sec:proofValue
	verificationMethod ~sec:verificationMethod ^@id
`
