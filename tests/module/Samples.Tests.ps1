BeforeDiscovery {
    . $PSScriptRoot/Support/Module.ps1
    $samples = Join-Path $root samples
    $scripts = Get-ChildItem $samples -Recurse -Filter *.ps1 | ForEach-Object { @{ Name = [IO.Path]::GetRelativePath($samples, $_.FullName); Path = $_.FullName } }
    $graphs = Get-ChildItem $samples -Recurse -Filter *.yml | ForEach-Object { @{ Name = $_.BaseName; Path = $_.FullName } }
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
        Test-ServiceGraph $Path | Should -BeNullOrEmpty
        foreach ($operation in 'Start', 'Stop', 'Restart') { (Get-ServiceGraphPlan $Path -Operation $operation).Steps.Count | Should -BeGreaterThan 4 }
        foreach ($mode in 'Wait', 'Signal', 'SuspendOnly', 'None') { (Get-ServiceGraphPlan $Path -DrainMode $mode).Steps.Count | Should -BeGreaterThan 4 }
    }
}

Describe 'The scripts of the sample <_>, under load' -Tag Host -ForEach 'nautobot', 'frappe' {
    BeforeAll {
        $sample = $_
        $place = "/opt/$sample-sample"
        $null = New-Item $place -ItemType Directory -Force
        Copy-Item (Join-Path $root samples $sample *), (Join-Path $root tests stacks $sample *.py), (Join-Path $root tests stacks count_tasks.py), (Join-Path $root tests stacks $sample inside.sh) $place -Recurse -Force
        $log = bash $place/inside.sh 2>&1
        if ($LASTEXITCODE) { throw "the sample $sample was not deployed: $log" }
        $units = (Import-ServiceGraph /etc/opsrestart/$sample.yml).Nodes.Service

        # Runs a script of the sample in a PowerShell of its own, as an administrator would, while tasks are queued.
        function Invoke-Sample([string] $Script) {
            $null = & $place/queue-tasks.py 40 --longest 1
            $text = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$root/OpsRestart.psd1'; & $place/$Script" 2>&1 | Out-String
            [pscustomobject]@{ Text = $text; ExitCode = $LASTEXITCODE; Tasks = & $place/count-tasks.py --wait 60 | ConvertFrom-Json }
        }
    }
    AfterAll {
        systemctl stop $units
        systemctl disable --quiet $units
        Remove-Item /etc/opsrestart/$sample.yml
    }

    It 'restarts everything with restart.ps1 and loses no task' {
        $before = Get-ManagedService $units
        $run = Invoke-Sample restart.ps1
        $run.ExitCode | Should -Be 0 -Because $run.Text
        $run.Text | Should -Match "Restart of ${sample}: done"
        $run.Tasks.queued | Should -BeGreaterOrEqual 40
        $run.Tasks.lost + $run.Tasks.twice | Should -Be 0
        $run.Tasks.done | Should -Be $run.Tasks.queued
        Get-ManagedService $units | ForEach-Object { $_.MainPid | Should -Not -BeIn $before.MainPid -Because $_.Name }
    }

    It 'shows the steps with -WhatIf and changes nothing' {
        $before = Get-ManagedService $units
        $run = Invoke-Sample 'restart.ps1 -WhatIf'
        $run.Text | Should -Match "Plan: restart of $sample"
        (Get-ManagedService $units).MainPid | Should -Be $before.MainPid
    }

    It 'restarts everything step by step with by-hand.ps1 and loses no task' -ForEach @(if ($_ -eq 'nautobot') { 'nautobot' }) {
        $run = Invoke-Sample by-hand.ps1
        $run.ExitCode | Should -Be 0 -Because $run.Text
        $run.Tasks.lost + $run.Tasks.twice | Should -Be 0
        $run.Tasks.done | Should -Be $run.Tasks.queued
    }
}
