/* summary.h: one container as GET /containers/json has it: 1.5 KB, as they are in practice. */
#pragma once

static const char container_summary_json[] =
	"{\"Id\":\"71b3d2ae5aa072d1a10966f46c08dc836170e1fb8ffb579a38182b0facca13d2\",\"Names\":["
	"\"/web-1\"],"
	"\"Image\":\"registry.example.com/team/service:1.2.3\",\"ImageID\":"
	"\"sha256:c4d4c162daa3708b1a3f89a7cf271f37b799614cd62ba8a3289698adfe8e4d73\","
	"\"Command\":\"sh -c 'echo out; echo err >&2; sleep 300'\",\"Created\":1795301652,"
	"\"Ports\":[{\"IP\":\"0.0.0.0\",\"PrivatePort\":80,\"PublicPort\":8080,\"Type\":\"tcp\"},"
	"{\"PrivatePort\":443,\"Type\":\"tcp\"}],"
	"\"Labels\":{\"com.docker.compose.project\":\"shop\",\"com.docker.compose.service\":"
	"\"web\","
	"\"com.docker.compose.config-hash\":\"5dd8ddd2bb4f9a8f1d6a4a3b5dc0cb6b\",\"maintainer\":"
	"\"the team\"},"
	"\"State\":\"running\",\"Status\":\"Up 3 "
	"minutes\",\"HostConfig\":{\"NetworkMode\":\"bridge\"},"
	"\"NetworkSettings\":{\"Networks\":{\"bridge\":{\"MacAddress\":\"02:42:ac:11:00:02\","
	"\"NetworkID\":"
	"\"ee0ab51c374898157b007fcd9746778a15ea7019f2f0bd58ada0491ade41c32f\",\"EndpointID\":"
	"\"881ec3cf39958016866ccc081cd521ebf841fbe408f1b6998a63a060c3b89f2d\",\"Gateway\":\"172.17."
	"0.1\","
	"\"IPAddress\":\"172.17.0.2\",\"IPPrefixLen\":16}}},"
	"\"Mounts\":[{\"Type\":\"volume\",\"Name\":\"data\",\"Source\":\"/var/lib/sockerless/"
	"volumes/data\","
	"\"Destination\":\"/"
	"data\",\"Driver\":\"local\",\"Mode\":\"z\",\"RW\":true,\"Propagation\":\"\"}]}";
