BeforeDiscovery {
    . $PSScriptRoot/Support/Module.ps1
    $samples = Join-Path $root samples
    $scripts = Get-ChildItem $samples -Recurse -Filter *.ps1 | ForEach-Object { @{ Name = [IO.Path]::GetRelativePath($samples, $_.FullName); Path = $_.FullName } }
    $graphs = Get-ChildItem $samples -Recurse -Filter *.yml | ForEach-Object { @{ Name = [IO.Path]::GetRelativePath($samples, $_.FullName); Path = $_.FullName } }
}
BeforeAll { . $PSScriptRoot/Support/Module.ps1 }

Describe 'The script <Name>' -ForEach $scripts {
    It 'calls what exists, and explains itself' {
        Get-WrongCall (Get-Content $Path -Raw) | Should -BeNullOrEmpty
        (Get-Help $Path).Synopsis.Trim() | Should -Match '\.$'
    }
}

Describe 'The graph <Name>' -ForEach $graphs {
    It 'has nothing wrong with it, and a plan for every operation and mode' {
        # Its secrets are files of the machine that it is for.
        $secret = Join-Path $TestDrive secret
        Set-Content $secret s3cret
        $here = Join-Path $TestDrive (Split-Path $Path -Leaf)
        (Get-Content $Path -Raw) -replace '\$\{file:[^}]*\}', "`${file:$secret}" | Set-Content $here
        $Path = $here
        Test-ServiceGraph $Path | Should -BeNullOrEmpty
        foreach ($operation in 'Start', 'Stop', 'Restart') { (Get-ServiceGraphPlan $Path -Operation $operation).Steps.Count | Should -BeGreaterThan 4 }
        foreach ($mode in 'Wait', 'Signal', 'SuspendOnly', 'None') { (Get-ServiceGraphPlan $Path -DrainMode $mode).Steps.Count | Should -BeGreaterThan 4 }
    }
}

Describe 'The scripts of the sample <_>, under load' -Tag Host -ForEach 'nautobot', 'frappe', 'zulip' {
    BeforeAll {
        $sample = $_
        $place = "/opt/$sample-sample"
        $null = New-Item $place -ItemType Directory -Force
        Copy-Item (Join-Path $root samples $sample *), (Join-Path $root tests stacks $sample *.py), (Join-Path $root tests stacks count_tasks.py), (Join-Path $root tests stacks $sample inside.sh) $place -Recurse -Force
        $log = bash $place/inside.sh 2>&1
        if ($LASTEXITCODE) { throw "the sample $sample was not deployed: $log" }
        $nodes = (Import-ServiceGraph /etc/opsrestart/$sample.yml).Nodes
        $units = ($nodes | Where-Object Manager -EQ Systemd).Service
        # What a restart restarts, all of one manager.
        $restarted = $nodes | Where-Object -Not Protected
        function Get-Restarted { Get-ManagedService $restarted.Service -Manager $restarted[0].Manager }

        $supervisord = '/var/log/supervisor/supervisord.log'
        $linesBefore = if (Test-Path $supervisord) { @(Get-Content $supervisord).Count }
        # As supervisord saw it: no worker stops before the one that stopped last runs again.
        function Test-OneWorkerAtATime {
            $down = @()
            $stops = 0
            foreach ($line in Get-Content $supervisord | Select-Object -Skip $linesBefore) {
                if ($line -match 'stopped: (zulip_events_\w+)') { $down += $Matches[1]; $stops++ }
                elseif ($line -match 'success: (zulip_events_\w+) entered RUNNING') { $down = @($down -ne $Matches[1]) }
                $down.Count | Should -BeLessOrEqual 1 -Because $line
            }
            $stops | Should -Be 12
        }

        # Runs a script of the sample in a PowerShell of its own, as an administrator would, while tasks are queued.
        function Invoke-Sample([string] $Script) {
            $null = & $place/queue-tasks.py 40 --longest 1
            # Zulip's clients go on sending meanwhile, and send again what was not accepted.
            $client = if ($sample -eq 'zulip') { Start-Process $place/queue-tasks.py '100000 --longest 1 --pace 8 --seed 2' -PassThru -RedirectStandardOutput $place/sent.json }
            $text = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$root/OpsRestart.psd1'; & $place/$Script; exit `$LASTEXITCODE" 2>&1 | Out-String
            $code = $LASTEXITCODE
            if ($client) { kill -TERM $client.Id; $client.WaitForExit() }
            [pscustomobject]@{ Text = $text; ExitCode = $code; Tasks = & $place/count-tasks.py --wait 60 | ConvertFrom-Json }
        }
    }
    AfterAll {
        systemctl stop $units
        systemctl disable --quiet $units
        Remove-Item /etc/opsrestart/$sample.yml
        if ($sample -eq 'zulip') { Remove-Item /etc/supervisor/conf.d/*.conf, /etc/nginx/sites-enabled/zulip-enterprise }
    }

    It 'restarts everything with restart.ps1 and loses no task' {
        $before = Get-Restarted
        $run = Invoke-Sample restart.ps1
        $run.ExitCode | Should -Be 0 -Because $run.Text
        $run.Text | Should -Match "Restart of ${sample}: done"
        $run.Tasks.queued | Should -BeGreaterOrEqual 40
        $run.Tasks.lost + $run.Tasks.twice | Should -Be 0
        $run.Tasks.done | Should -Be $run.Tasks.queued
        Get-Restarted | ForEach-Object { $_.MainPid | Should -Not -BeIn $before.MainPid -Because $_.Name }
        if ($sample -eq 'zulip') { Test-OneWorkerAtATime }
    }

    It 'shows the steps with -WhatIf and changes nothing' {
        $before = Get-Restarted
        $run = Invoke-Sample 'restart.ps1 -WhatIf'
        $run.Text | Should -Match "Plan: restart of $sample"
        (Get-Restarted).MainPid | Should -Be $before.MainPid
    }

    It 'restarts everything step by step with by-hand.ps1 and loses no task' -ForEach @(if ($_ -eq 'nautobot') { 'nautobot' }) {
        $run = Invoke-Sample by-hand.ps1
        $run.ExitCode | Should -Be 0 -Because $run.Text
        $run.Tasks.lost + $run.Tasks.twice | Should -Be 0
        $run.Tasks.done | Should -Be $run.Tasks.queued
    }

    Context 'of <_>' -ForEach @(if ($_ -eq 'zulip') { 'zulip' }) {
        It 'is OK for check.ps1, and CRITICAL with what is broken' {
            $run = Invoke-Sample check.ps1
            $run.Text | Should -Match '^OK: ZULIP: \d+ checks are good'
            $run.ExitCode | Should -Be 0
            supervisorctl stop zulip-workers:zulip_events_embed_links
            systemctl stop memcached
            try {
                $run = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$root/OpsRestart.psd1'; & $place/check.ps1; exit `$LASTEXITCODE" 2>&1
                $LASTEXITCODE | Should -Be 2
            }
            finally {
                systemctl start memcached
                supervisorctl start zulip-workers:zulip_events_embed_links
            }
            $run | Should -Match '^CRITICAL: ZULIP: \d+ of \d+ checks: '
            $run | Should -Match 'CRITICAL memcached, service memcached: Stopped'
            $run | Should -Match 'CRITICAL worker@embed_links, service zulip-workers:zulip_events_embed_links: Stopped'
            $run | Should -Match 'CRITICAL worker@embed_links, amqp .*: TooFewConsumers'
        }

        It 'stops with empty queues by stop.ps1, and Start-ServiceGraph brings everything back' {
            & $place/queue-tasks.py 40 --longest 1
            $text = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$root/OpsRestart.psd1'; & $place/stop.ps1" 2>&1 | Out-String
            $LASTEXITCODE | Should -Be 0 -Because $text
            $tasks = & $place/count-tasks.py | ConvertFrom-Json
            $tasks.lost + $tasks.running | Should -Be 0
            (Get-Restarted).State | Select-Object -Unique | Should -Be Stopped
            (Start-ServiceGraph zulip).Outcome | Should -Be Done
            $tasks = & $place/count-tasks.py --wait 60 | ConvertFrom-Json
            $tasks.done | Should -Be $tasks.queued
        }
    }
}
