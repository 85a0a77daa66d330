#Requires -Version 7.6 -Modules OpsRestart

<#
.SYNOPSIS
Checks every part of the message bus, and says how it is in one line and an exit code.

.DESCRIPTION
All at once: each service runs and answers, each pool consumes its own queue, the subscriber has its broker, the dashboard greets, a message goes through Mosquitto and back,
the channel layer takes one and gives it back, the metrics tell of every worker, no circuit breaker is open, queues and disks have room.
Exit code 0: OK, 1: WARNING, 2: CRITICAL, 3: UNKNOWN; after the line, each check that is not well.

.EXAMPLE
./health.ps1
#>
[CmdletBinding()]
param()

try {
    $ErrorActionPreference = 'Stop'
    $results = @(
        Test-ServiceHealth message-bus
        Test-MqttBroker 'mqtt://bus:${file:/etc/message-bus/mqtt-password}@localhost:1883' -Topic command/health -Publish
    )
    $result = $results | ConvertTo-NagiosResult -Name 'MESSAGE BUS'
}
catch {
    "MESSAGE BUS UNKNOWN: $_"
    exit 3
}
$result.Line
$results | Where-Object Status -NE Healthy
exit $result.ExitCode
