#Requires -Version 7.6 -Modules OpsRestart

<#
.SYNOPSIS
Restarts Zulip as its restart-server does: the queue workers one at a time while the others go on, then the rest.

.DESCRIPTION
Each worker finishes the message that it has in hand, and is back, with a consumer at its queue, before the next one stops. What its queue holds waits meanwhile.
Then Tornado, Django, the schedulers and process-fts-updates restart in their order, and everything is checked. What is protected in the graph is left alone.

If a worker does not come back, the script ends with an error there: no other was touched.

.EXAMPLE
./restart.ps1 -WhatIf
Shows the exact steps and changes nothing.

.EXAMPLE
Restart-ServiceGraph zulip
All programs at once: a few seconds in which nothing is consumed.

.EXAMPLE
Restart-ServiceGraph zulip -Name rabbitmq
After an update of RabbitMQ's packages: it restarts, and every program that holds a connection to it.
#>
[CmdletBinding(SupportsShouldProcess)]
param()
$ErrorActionPreference = 'Stop'

$programs = (Get-ServiceGraph zulip).Nodes | Where-Object -Not Protected
foreach ($worker in $programs | Where-Object Role -EQ worker) {
    # The checks of the whole come once, at the end.
    $run = Restart-ServiceGraph zulip -Name $worker.Name -Only -SkipValidation
    if ($run) { '{0} is back after {1:0.0} s' -f $worker.Name, $run.Duration.TotalSeconds }
}
Restart-ServiceGraph zulip -Name ($programs | Where-Object Role -NE worker).Name
