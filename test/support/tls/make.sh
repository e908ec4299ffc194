#!/bin/sh
# Makes the certificates of this directory again.
set -eu
cd "$(dirname "$0")"
openssl ecparam -name prime256v1 -genkey -noout -out ca-key.pem
openssl ecparam -name prime256v1 -genkey -noout -out key.pem
openssl req -x509 -new -key ca-key.pem -days 36000 -subj '/CN=Feedmill test CA' -out ca.pem
openssl req -x509 -new -key key.pem -days 36000 -subj '/CN=localhost' -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' -out self-signed.pem
mkdir db && : >db/index && echo 01 >db/serial
cat >db/ca.conf <<CONF
[ca]
default_ca = test
[test]
database = db/index
serial = db/serial
new_certs_dir = db
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
CONF
issue() { # name, subject alternative names, first day, last day
	openssl req -new -key key.pem -subj "/CN=$1" -addext "subjectAltName=$2" -out db/request.pem
	openssl ca -batch -notext -config db/ca.conf -cert ca.pem -keyfile ca-key.pem -in db/request.pem -startdate "$3" -enddate "$4" -out "$1.pem" 2>/dev/null
}
issue localhost 'DNS:localhost,DNS:feeds.example.org,IP:127.0.0.1' 20250101000000Z 21250101000000Z
issue other-name 'DNS:other.example.org' 20250101000000Z 21250101000000Z
issue expired 'DNS:localhost,IP:127.0.0.1' 20000101000000Z 20010101000000Z
rm -r db ca-key.pem
