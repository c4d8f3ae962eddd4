#!/bin/sh
# Makes services.tar.gz anew with Open Policy Agent (github.com/open-policy-agent/opa v1.4.2): ./build.sh [PATH OF opa]
cd "$(dirname "$0")" && exec "${1:-opa}" build -t wasm -e acme/deny -o services.tar.gz services.rego data.json
