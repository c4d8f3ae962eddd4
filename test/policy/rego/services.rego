# Source of services.tar.gz: test/policy/rego/build.sh makes it anew.
package acme

import rego.v1

deny contains msg if {
	input.object.kind == "Service"
	input.object.spec.type == data.forbidden[_]
	msg := sprintf("Services of type %s are not allowed in %s", [input.object.spec.type, input.environment])
}
