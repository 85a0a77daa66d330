BeforeAll {
    . $PSScriptRoot/Support/Module.ps1
    $assembly = Join-Path $PSScriptRoot Cmdlets bin Release net10.0 OpsRestart.Tests.Cmdlets.dll
    $context = [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext([OpsRestart.Hosting.ModuleLoader]::Load())
    $global:pumpCmdlets = $context.LoadFromAssemblyPath($assembly)
    Import-Module -Assembly $pumpCmdlets

    function New-Log { , [System.Collections.Concurrent.ConcurrentQueue[string]]::new() }
    function Start-Pump([string] $Arguments, $Log) {
        Start-TestPipeline ([scriptblock]::Create("Import-Module -Assembly `$shared.Assembly; Trace-PumpWork -Log `$shared.Log $Arguments")) @{ Log = $Log; Assembly = $pumpCmdlets }
    }
}

Describe 'The pump' {
    BeforeEach { $log = New-Log }

    It 'writes all that the worker has to say, in order' {
        Trace-PumpWork -Log $log -Count 1000 | Should -Be @(0..999)
        $log | Select-Object -Last 1 | Should -Be 'cleaned'
    }

    It 'ends the worker and runs its clean-up when the pipeline has enough' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        Trace-PumpWork -Log $log -Count 100000 -Wait | Select-Object -First 1 | Should -Be 0
        Assert-TestWithin $watch 1
        @($log)[-1] | Should -Be 'cleaned'
        $log | Should -Contain 'interrupted'
        $log | Should -Not -Contain 'abandoned'
    }

    It 'ends the worker and runs its clean-up when something downstream throws' {
        { Trace-PumpWork -Log $log -Count 100000 -Wait | ForEach-Object { throw 'downstream' } } | Should -Throw 'downstream'
        @($log)[-1] | Should -Be 'cleaned'
    }

    It 'ends the worker and runs its clean-up when an error is to stop the script' {
        $failure = try { Trace-PumpWork -Log $log -Error 'lost' -Wait -ErrorAction Stop } catch { $_ }
        $failure.FullyQualifiedErrorId | Should -Be 'UnitNotFound,OpsRestart.Tests.Cmdlets.TracePumpWork'
        $failure.TargetObject | Should -Be 'lost'
        @($log)[-1] | Should -Be 'cleaned'
    }

    It 'answers Ctrl-C at once, with the clean-up done' {
        $pipeline = Start-Pump '-Wait' $log
        Wait-TestUntil { $log -contains 'waiting' }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $pipeline.Shell.Stop()
        Assert-TestWithin $watch 1
        @($log)[-1] | Should -Be 'cleaned'
        $pipeline.Shell.InvocationStateInfo.State | Should -Be 'Stopped'
    }

    It 'answers Ctrl-C while the consumer is slow' {
        $pipeline = Start-Pump '-Count 100000 | ForEach-Object { Start-Sleep -Milliseconds 20 }' $log
        Wait-TestUntil { $log.Count -gt 20 }
        $pipeline.Shell.Stop()
        @($log)[-1] | Should -Be 'cleaned'
    }

    It 'leaves a worker that does not end within its grace, and says so' {
        $pipeline = Start-Pump '-Count 1 -Ignore -GraceMilliseconds 200' $log
        Wait-TestUntil { $log -contains 'out 0' }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $pipeline.Shell.Stop()
        Assert-TestWithin $watch 1.5
        @($log)[-1] | Should -Be 'abandoned'
    }

    It 'keeps a fast worker near its consumer' {
        Trace-PumpWork -Log $log -Count 5000 | Select-Object -First 10 | Should -HaveCount 10
        @($log -like 'out *').Count | Should -BeLessThan 1000
    }

    It 'asks on the pipeline thread' {
        Trace-PumpWork -Log $log -Ask -WhatIf
        Trace-PumpWork -Log $log -Ask
        @($log -like 'asked *') | Should -Be 'asked False', 'asked True'
    }

    It 'runs script blocks on the pipeline thread, with the variables of their maker' {
        $mine = 'my value'
        Trace-PumpWork -Log $log -Script { "$mine on $([System.Management.Automation.Runspaces.Runspace]::DefaultRunspace.Id)" }
        $log | Should -Contain "script my value on $([System.Management.Automation.Runspaces.Runspace]::DefaultRunspace.Id)"
    }

    It 'makes a failure of the worker a terminating error with its id, category, target and advice' {
        $failure = try { Trace-PumpWork -Log $log -Throw 'no way' } catch { $_ }
        $failure.FullyQualifiedErrorId | Should -Be 'ConnectionFailed,OpsRestart.Tests.Cmdlets.TracePumpWork'
        $failure.CategoryInfo.Category | Should -Be 'ConnectionError'
        $failure.TargetObject | Should -Be 'the target'
        $failure.ErrorDetails.RecommendedAction | Should -Be 'Do this.'
        "$failure" | Should -Be 'no way'
    }

    It 'shows progress at most ten times a second, and takes it away at the end' {
        $pipeline = Start-Pump '-ShowProgress' $log
        $pipeline.Shell.EndInvoke($pipeline.Handle)
        $records = @($pipeline.Shell.Streams.Progress)
        $records.Count | Should -BeGreaterThan 2
        $records.Count | Should -BeLessThan 30
        $records[-1].RecordType | Should -Be 'Completed'
    }

    Context 'in a shell of its own' {
        BeforeAll {
            # A PowerShell that runs one command on the pump.
            function New-ShellScript([string] $Command) {
                $script = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
                Set-Content $script @"
Import-Module '$root/OpsRestart.psd1'
`$context = [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext([OpsRestart.Hosting.ModuleLoader]::Load())
Import-Module -Assembly `$context.LoadFromAssemblyPath('$assembly')
`$log = [System.Collections.Concurrent.ConcurrentQueue[string]]::new()
$Command
'the script went on'
"@
                $script
            }
            function Start-Shell([string] $Command) {
                $info = [Diagnostics.ProcessStartInfo]::new('pwsh', [string[]]('-NoProfile', '-File', (New-ShellScript $Command)))
                $info.RedirectStandardInput = $info.RedirectStandardOutput = $info.RedirectStandardError = $true
                [Diagnostics.Process]::Start($info)
            }
        }

        It 'cleans up before <Signal> ends the shell' -ForEach @{ Signal = 'TERM'; Code = 143 }, @{ Signal = 'HUP'; Code = 129 } {
            $cleaned = Join-Path $TestDrive "cleaned-$Signal"
            $shell = Start-Shell "Trace-PumpWork -Log `$log -Wait -Count 1 -CleanedPath $cleaned"
            $shell.StandardOutput.ReadLine() | Should -Be '0'
            kill "-$Signal" $shell.Id
            $shell.WaitForExit(10000) | Should -BeTrue
            $shell.ExitCode | Should -Be $Code
            Get-Content $cleaned | Should -Be 'cleaned'
            $shell.StandardOutput.ReadToEnd() | Should -Not -Match 'went on'
        }

        It 'leaves at once at a second Ctrl-C, also at one that comes while it still says that this is possible' {
            $shell = Start-Shell "try { Trace-PumpWork -Log `$log -Count 1 -Ignore -InterruptAgain } finally { [Console]::WriteLine(`$log -join ', ') }"
            $shell.StandardOutput.ReadLine() | Should -Be '0'
            kill -INT $shell.Id
            $shell.StandardOutput.ReadLine() | Should -Be 'out 0, interrupted, abandoned'
            $shell.WaitForExit(10000) | Should -BeTrue
        }

        # What Ctrl-C throws away may be what PowerShell is waiting for. A terminal that answers questions is needed: tmux.
        It 'lets Ctrl-C throw away nothing of what is on its way in the terminal, as long as it works' -Skip:(-not (Get-Command tmux -ErrorAction Ignore)) {
            $script = New-ShellScript @"
`$tty = tty
sh -c "(sleep 2; stty -a -F `$tty > $TestDrive/during) > /dev/null 2>&1 &"
Trace-PumpWork -Log `$log -ShowProgress -Ignore
sh -c "stty -a -F `$tty > $TestDrive/after.new; mv $TestDrive/after.new $TestDrive/after"
"@
            $socket = "opsrestart-$PID"
            try {
                tmux -L $socket -f /dev/null new-session -d -x 100 -y 30 "TERM=screen pwsh -NoProfile -File $script"
                Wait-TestUntil { Test-Path $TestDrive/after } -Seconds 30
            }
            finally {
                tmux -L $socket kill-server 2>$null
            }

            Get-Content $TestDrive/during -Raw | Should -Match '(?<!-)noflsh'
            Get-Content $TestDrive/after -Raw | Should -Match '-noflsh'
        }
    }

    It 'works in many runspaces at the same time' {
        $result = 1..20 | ForEach-Object -Parallel {
            Import-Module -Assembly $using:pumpCmdlets
            $log = [System.Collections.Concurrent.ConcurrentQueue[string]]::new()
            $null = Trace-PumpWork -Log $log -Count 1000 -Wait | Select-Object -First 5
            @($log)[-1]
        } -ThrottleLimit 10
        $result | Should -HaveCount 20
        $result | Should -Not -Contain 'abandoned'
        $result | Select-Object -Unique | Should -Be 'cleaned'
    }
}
