# The image for several kinds of machines: docker buildx bake --push, with a builder that can (docker buildx create --use).
# Nothing in it depends on the machine but Node, Redis and one optional native package, which npm chooses by platform.

variable "TAG" { default = "feedmill:latest" }
variable "NODE_IMAGE" { default = "node:22-bookworm-slim" }
variable "DEBIAN_IMAGE" { default = "debian:bookworm-slim" }
variable "FEEDMILL_VERSION" { default = "" }
variable "FEEDMILL_COMMIT" { default = "" }
variable "FEEDMILL_BUILT_AT" { default = "" }
variable "SOURCE_DATE_EPOCH" { default = "" }

group "default" {
  targets = ["feedmill"]
}

target "feedmill" {
  platforms = ["linux/amd64", "linux/arm64"]
  tags      = [TAG]
  args = {
    NODE_IMAGE        = NODE_IMAGE
    DEBIAN_IMAGE      = DEBIAN_IMAGE
    FEEDMILL_VERSION  = FEEDMILL_VERSION
    FEEDMILL_COMMIT   = FEEDMILL_COMMIT
    FEEDMILL_BUILT_AT = FEEDMILL_BUILT_AT
    SOURCE_DATE_EPOCH = SOURCE_DATE_EPOCH
  }
  attest = ["type=provenance,mode=max", "type=sbom"]
}
