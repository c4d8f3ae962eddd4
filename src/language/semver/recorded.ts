/**
 * What Masterminds/semver v3.5.0 says, recorded by a Go program that parsed each text, compared each pair of versions and
 * checked and validated each version against each constraint.
 */
export const versions: readonly (readonly [text: string, loose: string, strict: string])[] = [
  ['0.0.0', '0.0.0', '0.0.0'],
  ['0.0.3', '0.0.3', '0.0.3'],
  ['0.1.0', '0.1.0', '0.1.0'],
  ['0.2.3', '0.2.3', '0.2.3'],
  ['1.0.0', '1.0.0', '1.0.0'],
  ['1.2.0', '1.2.0', '1.2.0'],
  ['1.2.3', '1.2.3', '1.2.3'],
  ['v1.2.3', '1.2.3', 'E invalid characters in version'],
  ['1.2.4', '1.2.4', '1.2.4'],
  ['1.3.0', '1.3.0', '1.3.0'],
  ['2.0.0', '2.0.0', '2.0.0'],
  ['11.1.0', '11.1.0', '11.1.0'],
  ['1.2.3-alpha', '1.2.3-alpha', '1.2.3-alpha'],
  ['1.2.3-alpha.1', '1.2.3-alpha.1', '1.2.3-alpha.1'],
  ['1.2.3-beta.11', '1.2.3-beta.11', '1.2.3-beta.11'],
  ['1.2.3-rc.1', '1.2.3-rc.1', '1.2.3-rc.1'],
  ['2.0.0-0', '2.0.0-0', '2.0.0-0'],
  ['1.21.3-gke.100', '1.21.3-gke.100', '1.21.3-gke.100'],
  ['1.30.0+k3s1', '1.30.0+k3s1', '1.30.0+k3s1'],
  ['1', '1.0.0', 'E invalid semantic version'],
  ['1.2', '1.2.0', 'E invalid semantic version'],
  ['01.2.3', '1.2.3', 'E version segment starts with 0'],
  ['18446744073709551615.0.0', '18446744073709551615.0.0', '18446744073709551615.0.0'],
  ['1.2.3-99999999999999999999', '1.2.3-99999999999999999999', '1.2.3-99999999999999999999'],
  ['', 'E invalid semantic version', 'E version string empty'],
  ['a', 'E invalid semantic version', 'E invalid semantic version'],
  ['1.2.3.4', 'E invalid semantic version', 'E invalid characters in version'],
  ['1.2.3-', 'E invalid semantic version', 'E invalid prerelease string'],
  ['1.2.3-01', 'E version segment starts with 0', 'E version segment starts with 0'],
  ['1.2.3-a..b', 'E invalid semantic version', 'E invalid prerelease string'],
  ['1.2.3+', 'E invalid semantic version', 'E invalid metadata string'],
  ['18446744073709551616.0.0', 'E error parsing version segment: strconv.ParseUint: parsing "18446744073709551616": value out of range', 'E strconv.ParseUint: parsing "18446744073709551616": value out of range'],
  ['V1.2.3', 'E invalid semantic version', 'E invalid characters in version'],
  [' 1.2.3', 'E invalid semantic version', 'E invalid characters in version'],
  ['1.2.3-\u00e9', 'E invalid semantic version', 'E invalid prerelease string'],
  ['1.-2.3', 'E invalid semantic version', 'E invalid characters in version'],
  ['.1.2', 'E invalid semantic version', 'E strconv.ParseUint: parsing "": invalid syntax'],
  ['1.02.3', '1.2.3', 'E version segment starts with 0'],
]

/** The versions above that can be read, and how each compares with all of them: < = or >. */
export const readable: readonly string[] = [
  '0.0.0', '0.0.3', '0.1.0', '0.2.3', '1.0.0', '1.2.0', '1.2.3', 'v1.2.3', '1.2.4', '1.3.0', '2.0.0', '11.1.0',
  '1.2.3-alpha', '1.2.3-alpha.1', '1.2.3-beta.11', '1.2.3-rc.1', '2.0.0-0', '1.21.3-gke.100', '1.30.0+k3s1', '1',
  '1.2', '01.2.3', '18446744073709551615.0.0', '1.2.3-99999999999999999999', '1.02.3',
]
export const order: readonly string[] = [
  '=<<<<<<<<<<<<<<<<<<<<<<<<',
  '>=<<<<<<<<<<<<<<<<<<<<<<<',
  '>>=<<<<<<<<<<<<<<<<<<<<<<',
  '>>>=<<<<<<<<<<<<<<<<<<<<<',
  '>>>>=<<<<<<<<<<<<<<=<<<<<',
  '>>>>>=<<<<<<<<<<<<<>=<<<<',
  '>>>>>>==<<<<>>>><<<>>=<>=',
  '>>>>>>==<<<<>>>><<<>>=<>=',
  '>>>>>>>>=<<<>>>><<<>>><>>',
  '>>>>>>>>>=<<>>>><<<>>><>>',
  '>>>>>>>>>>=<>>>>>>>>>><>>',
  '>>>>>>>>>>>=>>>>>>>>>><>>',
  '>>>>>><<<<<<=<<<<<<>><<><',
  '>>>>>><<<<<<>=<<<<<>><<><',
  '>>>>>><<<<<<>>=<<<<>><<><',
  '>>>>>><<<<<<>>>=<<<>><<><',
  '>>>>>>>>>><<>>>>=>>>>><>>',
  '>>>>>>>>>><<>>>><=<>>><>>',
  '>>>>>>>>>><<>>>><>=>>><>>',
  '>>>>=<<<<<<<<<<<<<<=<<<<<',
  '>>>>>=<<<<<<<<<<<<<>=<<<<',
  '>>>>>>==<<<<>>>><<<>>=<>=',
  '>>>>>>>>>>>>>>>>>>>>>>=>>',
  '>>>>>><<<<<<<<<<<<<>><<=<',
  '>>>>>>==<<<<>>>><<<>>=<>=',
]

/**
 * Constraint, its canonical text or error, for each readable version 1 or 0 of Check, the same with prereleases let in, and
 * the reasons of Validate for some versions.
 */
export const constraints: readonly (readonly [text: string, canonical: string, check?: string, withPrereleases?: string, reasons?: Readonly<Record<string, readonly string[]>>])[] = [
  ['*', '*', '1111111111110000001111101', '1111111111111111111111111', {
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
  }],
  ['x', 'x', '1111111111110000001111101', '1111111111111111111111111', {
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
  }],
  ['1', '1', '0000111111000000001111001', '0000111111001111011111011', {
    '0.1.0': ['"0.1.0" is less than "1"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" does not have same major version as "1"'],
  }],
  ['1.x', '1.x', '0000111111000000001111001', '0000111111001111011111011', {
    '0.1.0': ['"0.1.0" is less than "1.x"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" does not have same major version as "1.x"'],
  }],
  ['1.2', '1.2', '0000011110000000000011001', '0000011110001111000011011', {
    '0.1.0': ['"0.1.0" is less than "1.2"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" does not have same major version as "1.2"'],
  }],
  ['1.2.x', '1.2.x', '0000011110000000000011001', '0000011110001111000011011', {
    '0.1.0': ['"0.1.0" is less than "1.2.x"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" does not have same major version as "1.2.x"'],
  }],
  ['1.2.X', '1.2.X', '0000011110000000000011001', '0000011110001111000011011', {
    '0.1.0': ['"0.1.0" is less than "1.2.X"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" does not have same major version as "1.2.X"'],
  }],
  ['=1.2.3', '=1.2.3', '0000001100000000000001001', '0000001100000000000001001', {
    '0.1.0': ['"0.1.0" is not equal to "1.2.3"'],
    '1.2.4': ['"1.2.4" is not equal to "1.2.3"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" is not equal to "1.2.3"'],
  }],
  ['1.2.3', '1.2.3', '0000001100000000000001001', '0000001100000000000001001', {
    '0.1.0': ['"0.1.0" is not equal to "1.2.3"'],
    '1.2.4': ['"1.2.4" is not equal to "1.2.3"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" is not equal to "1.2.3"'],
  }],
  ['!=1.2.3', '!=1.2.3', '1111110011110000001110100', '1111110011111111111110110', {
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
  }],
  ['!=1.2', '!=1.2', '1111100001110000001100100', '1111100001111111111100110', {
    '1.2.4': ['"1.2.4" is equal to "1.2"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
  }],
  ['!=1.x', '!=1.x', '1111000000110000000000100', '1111000000110000100000100', {
    '1.2.4': ['"1.2.4" is equal to "1.x"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
  }],
  ['!=1.2.x', '!=1.2.x', '1111100001110000001100100', '1111100001111111111100110', {
    '1.2.4': ['"1.2.4" is equal to "1.2.x"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
  }],
  ['>1', '>1', '0000000000110000000000100', '0000000000110000100000100', {
    '0.1.0': ['"0.1.0" is less than or equal to "1"'],
    '1.2.4': ['"1.2.4" is less than or equal to "1"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
  }],
  ['>1.2', '>1.2', '0000000001110000001000100', '0000000001110000111000100', {
    '0.1.0': ['"0.1.0" is less than or equal to "1.2"'],
    '1.2.4': ['"1.2.4" is less than or equal to "1.2"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
  }],
  ['>1.2.3', '>1.2.3', '0000000011110000001000100', '0000000011110000111000100', {
    '0.1.0': ['"0.1.0" is less than or equal to "1.2.3"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
  }],
  ['>11.1', '>11.1', '0000000000000000000000100', '0000000000000000000000100', {
    '0.1.0': ['"0.1.0" is less than or equal to "11.1"'],
    '1.2.4': ['"1.2.4" is less than or equal to "11.1"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" is less than or equal to "11.1"'],
  }],
  ['>=1.2', '>=1.2', '0000011111110000001011101', '0000011111111111111011111', {
    '0.1.0': ['"0.1.0" is less than "1.2"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
  }],
  ['>=1.21-0', '>=1.21-0', '0000000000110000111000100', '0000000000110000111000100', {
    '0.1.0': ['"0.1.0" is less than "1.21-0"'],
    '1.2.4': ['"1.2.4" is less than "1.21-0"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is less than "1.21-0"'],
  }],
  ['>= 1.2.3-beta', '>=1.2.3-beta', '0000001111110011111001101', '0000001111110011111001101', {
    '0.1.0': ['"0.1.0" is less than "1.2.3-beta"'],
  }],
  ['=>1.2.3', '=>1.2.3', '0000001111110000001001101', '0000001111110000111001101', {
    '0.1.0': ['"0.1.0" is less than "1.2.3"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
  }],
  ['<1.2', '<1.2', '1111100000000000000100000', '1111100000000000000100000', {
    '1.2.4': ['"1.2.4" is greater than or equal to "1.2"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" is greater than or equal to "1.2"'],
  }],
  ['<=1.2', '<=1.2', '1111111110000000000111001', '1111111110001111000111011', {
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" is greater than "1.2"'],
  }],
  ['<=1', '<=1', '1111111111000000001111001', '1111111111001111011111011', {
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" is greater than "1"'],
  }],
  ['=<1.2.3', '=<1.2.3', '1111111100000000000111001', '1111111100001111000111011', {
    '1.2.4': ['"1.2.4" is greater than "1.2.3"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" is greater than "1.2.3"'],
  }],
  ['<2', '<2', '1111111111000000001111001', '1111111111001111111111011', {
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" is greater than or equal to "2"'],
  }],
  ['~1', '~1', '0000111111000000001111001', '0000111111001111011111011', {
    '0.1.0': ['"0.1.0" is less than "1"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" does not have same major version as "1"'],
  }],
  ['~1.2', '~1.2', '0000011110000000000011001', '0000011110001111000011011', {
    '0.1.0': ['"0.1.0" is less than "1.2"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" does not have same major version as "1.2"'],
  }],
  ['~1.2.3', '~1.2.3', '0000001110000000000001001', '0000001110000000000001001', {
    '0.1.0': ['"0.1.0" is less than "1.2.3"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" does not have same major version as "1.2.3"'],
  }],
  ['~>1.2', '~>1.2', '0000011110000000000011001', '0000011110001111000011011', {
    '0.1.0': ['"0.1.0" is less than "1.2"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" does not have same major version as "1.2"'],
  }],
  ['~0', '~0', '1111000000000000000000000', '1111000000000000000000000', {
    '1.2.4': ['"1.2.4" does not have same major version as "0"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" does not have same major version as "0"'],
  }],
  ['~0.0.0', '~0.0.0', '1111111111110000001111101', '1111111111111111111111111', {
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
  }],
  ['~*', '~*', '1111111111110000001111101', '1111111111111111111111111', {
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
  }],
  ['^1', '^1', '0000111111000000001111001', '0000111111001111011111011', {
    '0.1.0': ['"0.1.0" is less than "1"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" does not have same major version as "1"'],
  }],
  ['^1.2', '^1.2', '0000011111000000001011001', '0000011111001111011011011', {
    '0.1.0': ['"0.1.0" is less than "1.2"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" does not have same major version as "1.2"'],
  }],
  ['^1.2.3', '^1.2.3', '0000001111000000001001001', '0000001111000000011001001', {
    '0.1.0': ['"0.1.0" is less than "1.2.3"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" does not have same major version as "1.2.3"'],
  }],
  ['^0', '^0', '1111000000000000000000000', '1111000000000000000000000', {
    '1.2.4': ['"1.2.4" does not have same major version as "0"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" does not have same major version as "0"'],
  }],
  ['^0.0', '^0.0', '1100000000000000000000000', '1100000000000000000000000', {
    '0.1.0': [
      '"0.1.0" does not have same minor version as "0.0". Expected minor versions to match when constraint major version is 0',
    ],
    '1.2.4': ['"1.2.4" does not have same major version as "0.0"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" does not have same major version as "0.0"'],
  }],
  ['^0.0.3', '^0.0.3', '0100000000000000000000000', '0100000000000000000000000', {
    '0.1.0': ['"0.1.0" does not have same minor version as "0.0.3"'],
    '1.2.4': ['"1.2.4" does not have same major version as "0.0.3"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" does not have same major version as "0.0.3"'],
  }],
  ['^0.2', '^0.2', '0001000000000000000000000', '0001000000000000000000000', {
    '0.1.0': ['"0.1.0" is less than "0.2"'],
    '1.2.4': ['"1.2.4" does not have same major version as "0.2"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" does not have same major version as "0.2"'],
  }],
  ['^0.2.3', '^0.2.3', '0001000000000000000000000', '0001000000000000000000000', {
    '0.1.0': ['"0.1.0" is less than "0.2.3"'],
    '1.2.4': ['"1.2.4" does not have same major version as "0.2.3"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" does not have same major version as "0.2.3"'],
  }],
  ['^1.2.3-alpha', '^1.2.3-alpha', '0000001111001111011001001', '0000001111001111011001001', {
    '0.1.0': ['"0.1.0" is less than "1.2.3-alpha"'],
    '2.0.0': ['"2.0.0" does not have same major version as "1.2.3-alpha"'],
  }],
  ['^*', '^*', '1000000000000000000000000', '1000000000000000000000000', {
    '0.1.0': ['"0.1.0" does not have same minor version as "*"'],
    '1.2.4': ['"1.2.4" does not have same major version as "*"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" does not have same major version as "*"'],
  }],
  ['>=1.0, <2', '>=1.0 <2', '0000111111000000001111001', '0000111111001111111111011', {
    '0.1.0': ['"0.1.0" is less than "1.0"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" is greater than or equal to "2"'],
  }],
  ['>=1.0 <2', '>=1.0 <2', '0000111111000000001111001', '0000111111001111111111011', {
    '0.1.0': ['"0.1.0" is less than "1.0"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" is greater than or equal to "2"'],
  }],
  ['>=1.0 , <2', '>=1.0 <2', '0000111111000000001111001', '0000111111001111111111011', {
    '0.1.0': ['"0.1.0" is less than "1.0"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" is greater than or equal to "2"'],
  }],
  ['>1 || <0.2', '>1 || <0.2', '1110000000110000000000100', '1110000000110000100000100', {
    '1.2.4': ['"1.2.4" is less than or equal to "1"', '"1.2.4" is greater than or equal to "0.2"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
  }],
  ['1.0 - 1.2', '>=1.0 <=1.2', '0000111110000000000111001', '0000111110001111000111011', {
    '0.1.0': ['"0.1.0" is less than "1.0"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" is greater than "1.2"'],
  }],
  ['1.2.3 - 2', '>=1.2.3 <=2', '0000001111100000001001001', '0000001111100000111001001', {
    '0.1.0': ['"0.1.0" is less than "1.2.3"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
  }],
  ['1.2.0 - 2 || 0.1 - 0.2', '>=1.2.0 <=2 || >=0.1 <=0.2', '0011011111100000001011001', '0011011111101111111011011', {
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
  }],
  ['>=1.0.0-0 <1.3.0', '>=1.0.0-0 <1.3.0', '0000111110001111000111011', '0000111110001111000111011', {
    '0.1.0': ['"0.1.0" is less than "1.0.0-0"'],
    '2.0.0': ['"2.0.0" is greater than or equal to "1.3.0"'],
  }],
  ['1.2.3+meta', '1.2.3+meta', '0000001100000000000001001', '0000001100000000000001001', {
    '0.1.0': ['"0.1.0" is not equal to "1.2.3+meta"'],
    '1.2.4': ['"1.2.4" is not equal to "1.2.3+meta"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" is not equal to "1.2.3+meta"'],
  }],
  ['>=v1.2.3', '>=v1.2.3', '0000001111110000001001101', '0000001111110000111001101', {
    '0.1.0': ['"0.1.0" is less than "v1.2.3"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
  }],
  [' 1.2.3 ', '1.2.3', '0000001100000000000001001', '0000001100000000000001001', {
    '0.1.0': ['"0.1.0" is not equal to "1.2.3"'],
    '1.2.4': ['"1.2.4" is not equal to "1.2.3"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
    '2.0.0': ['"2.0.0" is not equal to "1.2.3"'],
  }],
  ['\t>=1.0\n', '>=1.0', '0000111111110000001111101', '0000111111111111111111111', {
    '0.1.0': ['"0.1.0" is less than "1.0"'],
    '1.2.3-rc.1': ['"1.2.3-rc.1" is a prerelease version and the constraint is only looking for release versions'],
  }],
  ['>=1.2.3-rc.1 || >2', '>=1.2.3-rc.1 || >2', '0000001111110001111001101', '0000001111110001111001101', {
    '0.1.0': ['"0.1.0" is less than "1.2.3-rc.1"', '"0.1.0" is less than or equal to "2"'],
  }],
  ['^1.2-0', '^1.2-0', '0000011111001111011011011', '0000011111001111011011011', {
    '0.1.0': ['"0.1.0" is less than "1.2-0"'],
    '2.0.0': ['"2.0.0" does not have same major version as "1.2-0"'],
  }],
  ['*-0', '*-0', '1111111111111111111111111', '1111111111111111111111111', {
  }],
  ['1.x-alpha', '1.x-alpha', '0000111111001111011111011', '0000111111001111011111011', {
    '0.1.0': ['"0.1.0" is less than "1.x-alpha"'],
    '2.0.0': ['"2.0.0" does not have same major version as "1.x-alpha"'],
  }],
  ['!=1.2.3-rc.1', '!=1.2.3-rc.1', '1111111111111110111111111', '1111111111111110111111111', {
    '1.2.3-rc.1': ['"1.2.3-rc.1" is equal to "1.2.3-rc.1"'],
  }],
  ['~1.2.3-rc.1', '~1.2.3-rc.1', '0000001110000001000001001', '0000001110000001000001001', {
    '0.1.0': ['"0.1.0" is less than "1.2.3-rc.1"'],
    '2.0.0': ['"2.0.0" does not have same major version as "1.2.3-rc.1"'],
  }],
  ['', 'E improper constraint: ""'],
  [' ', 'E improper constraint: " "'],
  ['foo', 'E improper constraint: "foo"'],
  ['||', 'E improper constraint: ""'],
  ['1 ||', 'E improper constraint: ""'],
  ['1.2.3.4', 'E improper constraint: "1.2.3.4"'],
  ['1,,2', 'E improper constraint: "1,,2"'],
  ['1,', 'E improper constraint: "1,"'],
  ['>1<2', 'E improper constraint: ">1<2"'],
  ['==1', 'E improper constraint: "==1"'],
  ['><1', 'E improper constraint: "><1"'],
  ['1|2', 'E constraint parser error'],
  ['1xx', 'E constraint parser error'],
  ['>= 1.0 <', 'E improper constraint: ">= 1.0 <"'],
  ['1.2.3 -2', 'E improper constraint: "1.2.3 -2"'],
  ['1-2', '1-2', '0000111111001111011111011', '0000111111001111011111011', {
    '0.1.0': ['"0.1.0" is less than "1-2"'],
    '2.0.0': ['"2.0.0" does not have same major version as "1-2"'],
  }],
  ['"1"', 'E improper constraint: "\\"1\\""'],
  ['\u00e9', 'E improper constraint: "\u00e9"'],
  ['1\u000b2', 'E improper constraint: "1\\v2"'],
  ['1\u00a02', 'E improper constraint: "1\\u00a02"'],
  ['18446744073709551616', 'E constraint parser error'],
  ['1.2.3-01', 'E constraint parser error'],
  ['>=1.0\\', 'E improper constraint: ">=1.0\\\\"'],
]
