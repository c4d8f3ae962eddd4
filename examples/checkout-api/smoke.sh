#!/bin/sh
# A smoke check gets PINTLE_SERVICE, PINTLE_NAMESPACE and PINTLE_ENVIRONMENT, and passes by exiting with 0.
# A real one asks the service: curl -fsS "https://$PINTLE_ENVIRONMENT.$PINTLE_SERVICE.example.com/healthz"
echo "smoke: $PINTLE_SERVICE in $PINTLE_NAMESPACE"
