/** Documents that libtrust signed (github.com/docker/libtrust aabc10ec26b7, 2016), with their payloads. */

interface LibtrustDocument {
  readonly payload: string;
  readonly document: string;
}

/** Indented by three spaces, with a signature for each kind of key; on one line; indented by tabs, with a line feed after its end. */
export const libtrustDocuments: Readonly<Record<"indented" | "compact" | "tabs", LibtrustDocument>> = {
  indented: {
    payload: '{\n   "schemaVersion": 1,\n   "name": "library/hello",\n   "tag": "latest"\n}',
    document: `{
   "schemaVersion": 1,
   "name": "library/hello",
   "tag": "latest",
   "signatures": [
      {
         "header": {
            "jwk": {
               "crv": "P-384",
               "kid": "B6K6:C5YR:KKYO:QFXH:X6NH:NHAX:3HHY:NFL3:SYMH:3XKL:MJLK:AH5N",
               "kty": "EC",
               "x": "zXTHXHRww8BG5vHjls_CSbbFrWarRSJyDWiY5i8t-AubT152GbMd_Os-RqbA8tVn",
               "y": "K0XAJ9DZE1z5ZjO2PSHwjrrt9JTiobO_tWZACIvZuuRwY9yBd7XzwNL-DaZHTxin"
            },
            "alg": "ES384"
         },
         "signature": "LiAzfbhlGIXrQawBxP8miJiavdS1bGP0cJ6Y-qGXZfa5D22264lyQrzm7lV-pBOUFMBsYYEPv7bhTBhXtmNYVJ0CaFvDbz6fqNd9mlBb5zpEs9hXcSk1y_n5HHk5tZJI",
         "protected": "eyJmb3JtYXRMZW5ndGgiOjcxLCJmb3JtYXRUYWlsIjoiQ24wIiwidGltZSI6IjIwMjYtMTEtMjFUMTQ6MzE6MDJaIn0"
      },
      {
         "header": {
            "jwk": {
               "crv": "P-521",
               "kid": "JBE2:RLCS:IHT7:7M3Y:RAQO:YWVY:X2ON:5ADT:LWVQ:BKTQ:AZ7B:TZYQ",
               "kty": "EC",
               "x": "ADZFvdUS6Wx0lCtdGF7ypSxzzlzW5wGetMuSSArMtiUnHfqPMrW0xmzorPS9NEU7iShZkbsn7QKLXUhRcMzeFmS7",
               "y": "AQOCN0dXv0CEo-1wYzuHsOz7HGI-yt3hPgGzqdZCubYb9QfQN9eDQU2wsrn-cuxKYkts7DzNTrt5Cl00H37G_lsl"
            },
            "alg": "ES512"
         },
         "signature": "AcKQxcW2rsrRCqMJ6fe9vBXmdW8XGcUO2NBYz_XLy4eaCxapkBEFbVFehN-grD6mNxZb0EJFCbJ35syQKCWmOGHXAWlYDU2mqQ6GTGHfD8L5AchuH0jVg5EF7QQyk69XqzSRJPOfXiTpmX4fjbGqsDz_COjmFYrO1P79TpcMbirTRbmD",
         "protected": "eyJmb3JtYXRMZW5ndGgiOjcxLCJmb3JtYXRUYWlsIjoiQ24wIiwidGltZSI6IjIwMjYtMTEtMjFUMTQ6MzE6MDJaIn0"
      },
      {
         "header": {
            "jwk": {
               "crv": "P-256",
               "kid": "LEJC:P6MN:TIKS:543S:SBES:YBIF:XJQC:4T5A:MQSO:G4WB:4ACO:KMGX",
               "kty": "EC",
               "x": "SdkItZHzO7mZMj_ZV3SIMB3-1WNWvsyQsjskN31vN9w",
               "y": "ljGeScHsiD9DXabtxMRpcQrPa2J9WrCOk_sRf8slAvE"
            },
            "alg": "ES256"
         },
         "signature": "susfVa-CSLfHPvekn5kh9ZWDkWEDBZfYW3TZa5zLMROIG0cOwvlrwfvOOmk65_BVMcKfJtQFTqTl-El3TsOkSw",
         "protected": "eyJmb3JtYXRMZW5ndGgiOjcxLCJmb3JtYXRUYWlsIjoiQ24wIiwidGltZSI6IjIwMjYtMTEtMjFUMTQ6MzE6MDJaIn0"
      },
      {
         "header": {
            "jwk": {
               "e": "AQAB",
               "kid": "PGJD:SSW2:N5M5:GLWQ:ALJ3:4FON:SCJ2:SCFE:YVXQ:RASC:IVYV:J7V4",
               "kty": "RSA",
               "n": "47sqrqdu3bECqEDhVqgtS2BrGcLnrHzeKmZzej5GO3stMxw8blab0_VNBAl0vOxX3zkEsCRlfqseHCgeam4VG2hLW4I5oIiWFi20n5RHNS4ooBRSvcwcaENni5bZqY2ZTfuQ0HxUJ-zwIdFp3mTiwEmeOQyZBrpu81DDlivAz3DX_mNVpozB0SErhTF0xP5HqSXWWqdoCAeU7NsiIod45JhVdiVOki731678gSlpp_fgmAnpA5Zuot5ew015BlshN8UfylNKU_EKp-nSWilQSQP2ZggTTcFDmHKcHwgzCdAsFrTgCx9Hjyqt5ncXKasHxFiwa2tN_IL8oKE1JukAoQ"
            },
            "alg": "RS256"
         },
         "signature": "NBgdAtATkIp2YftHhandyQ87TgE9r9EOiZUDQB-hQRQgyOdZjKmIwScJKbSmj2qkFICOkxmJOiucBk4G9uhPPjYQBnJTw1DHGbqocU66b5fP5qIqK-2UWpUXwqc4D3peG6I3GztxLOOfEgtYExiyTA-fMTxxKUU3P8bszR_Hq6TnOm80Qvi1fk8o41Buup8roJUEdz91PziTEPSwt-XOPKkt6f1t3NzPX0NFaUwzaMAUy-OMIXy-2bQgzX9S0mgA0rNRnxA8VTgHMSolZS-X_WoAcuN1dr2gNc9dLxBoAU5slWExUvFkq-qdhEqWVq3Bl5yx16dokLyfnpeLOvsUwQ",
         "protected": "eyJmb3JtYXRMZW5ndGgiOjcxLCJmb3JtYXRUYWlsIjoiQ24wIiwidGltZSI6IjIwMjYtMTEtMjFUMTQ6MzE6MDJaIn0"
      }
   ]
}`,
  },
  compact: {
    payload: '{"name":"library/hello","tag":"latest","schemaVersion":1}',
    document: `{"name":"library/hello","tag":"latest","schemaVersion":1,"signatures":[{"header":{"jwk":{"crv":"P-256","kid":"2NRP:JTPT:G5Q7:YV7Y:YRPR:M3R3:6RHM:XFZT:GUXD:BZCL:RQ3O:WV2E","kty":"EC","x":"htAHK-N_7eYcQSup9g6fOYgHlcEoAYfLmsU9q9zV5cM","y":"7ato7qPovi7AqkabSSz-kuKnfTPtW-lbhzvS5o-maU8"},"alg":"ES256"},"signature":"GmEvqemyXJVMdgUBDYjLzdFIOlNhXsc-aUL29fEnefYew9dj69NB0QiuueTgEgRISocxsdrXyfnX01majuehmQ","protected":"eyJmb3JtYXRMZW5ndGgiOjU2LCJmb3JtYXRUYWlsIjoiZlEiLCJ0aW1lIjoiMjAyNi0xMS0yMVQxNDozMTowMloifQ"}]}`,
  },
  tabs: {
    payload: '{\n\t"name": "Sômé <g&y>"\n}\n',
    document: `{
	"name": "Sômé <g&y>",
	"signatures": [
		{
			"header": {
				"jwk": {
					"crv": "P-256",
					"kid": "GLEZ:NIGK:5WFL:R3X5:H6KF:FE7L:4QR2:6U2Q:6IDX:BLJP:57UK:2HSZ",
					"kty": "EC",
					"x": "krHcWdfP5lt52gSCwrWz1eE3FZw2oGxFJCsErHeKfBk",
					"y": "n0uYhh1dRfhP02OoAykAhxrPtsxUoV8pRH7Zx8VWYOc"
				},
				"alg": "ES256"
			},
			"signature": "yczKj6UQ-mwNfFwX944cWJK1JsfR2HAHs8DYRbUwGoBpJnKJ-5zkgIFz5iB4ookGXK6jMZqCNLi7MRSHs5xFGw",
			"protected": "eyJmb3JtYXRMZW5ndGgiOjI1LCJmb3JtYXRUYWlsIjoiQ24wSyIsInRpbWUiOiIyMDI2LTExLTIxVDE0OjMxOjAzWiJ9"
		}
	]
}`,
  },
};
