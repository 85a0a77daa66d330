# Queues of a real Celery worker: the Nautobot sample, put into this host.
BeforeAll {
    . $PSScriptRoot/Support/Host.ps1
    $broker = 'redis://localhost:6379/0'

    function Install-Nautobot {
        if (Test-Path /etc/opsrestart/nautobot.yml) {
            # Celery forgets a resumed queue when the broker was restarted since (celery#7733): begin with a fresh worker.
            systemctl restart nautobot-worker
            Wait-TestUntil { Test-CeleryWorker redis://localhost:6379/0 -Quiet } -Seconds 30
            return
        }
        $null = New-Item /opt/nautobot-sample -ItemType Directory -Force
        Copy-Item $root/samples/nautobot/* /opt/nautobot-sample -Recurse -Force
        Copy-Item $root/tests/stacks/nautobot/*, $root/tests/stacks/count_tasks.py /opt/nautobot-sample -Force
        $output = bash /opt/nautobot-sample/inside.sh 2>&1
        if ($LASTEXITCODE) { throw "$output" }
    }
    function Add-Task([int] $Count, [double] $Longest = 1) {
        $null = timeout 60 python3 /opt/nautobot-sample/queue-tasks.py $Count --longest $Longest
        if ($LASTEXITCODE) { throw "queue-tasks.py: $LASTEXITCODE" }
    }
}

Describe 'Cmdlets of queues' -Tag Host {
    BeforeAll {
        Install-Nautobot
        # Nothing else shall put work in.
        systemctl stop nautobot-scheduler nautobot
        Wait-QueueDrain $broker -Timeout 3m
    }
    AfterAll { systemctl start nautobot-scheduler nautobot }
    BeforeEach { Get-QueueWorker $broker | Should -Not -BeNullOrEmpty }

    It 'list queues, workers and tasks' {
        Add-Task 20
        $queue = Get-WorkQueue $broker
        $queue | Should -BeOfType OpsRestart.WorkQueue
        $queue.Name, $queue.System, $queue.Consumers | Should -Be 'default', 'celery', 1
        $worker = Get-QueueWorker $broker
        $worker.Name | Should -Match '^celery@'
        $worker.Queues | Should -Be default
        $tasks = Get-WorkerTask $broker -State Active, Ready
        $tasks | Should -Not -BeNullOrEmpty
        $tasks[0].Broker | Should -Be $broker
        Get-QueueWorker $broker -Name nobody* | Should -BeNullOrEmpty
    }

    It 'reach a broker again whose address holds a password, in the pipeline and after a crash' {
        $null = redis-cli acl setuser ops on '>s3cret' '~*' '&*' +@all
        $null = redis-cli config set requirepass main
        try {
            $own = 'redis://ops:s3cret@localhost:6379/0'
            $queue = Get-WorkQueue $own
            $queue.Broker | Should -Be 'redis://ops@localhost:6379/0'
            ($queue | Wait-QueueDrain -Timeout 3m).IsDrained | Should -BeTrue

            # The password is this session's: another one of the same process has not got it.
            $other = [powershell]::Create()
            try {
                $null = $other.AddScript("param(`$queue) Import-Module '$root/OpsRestart.psd1'; `$queue | Get-WorkQueue").AddArgument($queue)
                $null = $other.Invoke()
                $other.Streams.Error[0].FullyQualifiedErrorId | Should -Match '^AuthenticationFailed,OpsRestart'
            }
            finally { $other.Dispose() }

            # Processes of their own: what this session knows of the broker must not help.
            $shell = (Get-Process -Id $PID).Path
            $null = & $shell -NoProfile -NonInteractive -Command "Import-Module '$root/OpsRestart.psd1'; `$null = Suspend-WorkQueue '$own'; [Diagnostics.Process]::GetCurrentProcess().Kill()" 2>&1
            $left = "Import-Module '$root/OpsRestart.psd1'; Resume-WorkQueue -Left -ErrorAction SilentlyContinue -ErrorVariable e -WarningAction SilentlyContinue"
            $refused = & $shell -NoProfile -NonInteractive -Command "$left; `$e.FullyQualifiedErrorId; `$e.ErrorDetails.RecommendedAction" | Out-String
            $refused | Should -Match 'AuthenticationFailed,OpsRestart'
            $refused | Should -Match '-Left -Broker'
            (Get-WorkQueue $own -WarningAction SilentlyContinue).Suspended | Should -Be Yes
            & $shell -NoProfile -NonInteractive -Command "$left -Broker '$own'; `$e.Count" | Should -Be 0
            (Get-WorkQueue $own).Suspended | Should -Be No
        }
        finally {
            $null = redis-cli -a main config set requirepass '' 2>$null
            Resume-WorkQueue -Left -WarningAction SilentlyContinue
            $null = redis-cli acl deluser ops
        }
    }

    It 'wait for a drain, with its proof' {
        Add-Task 30 0.5
        $result = Wait-QueueDrain $broker -Timeout 3m
        $result.IsDrained, $result.Confidence, $result.Waiting, $result.Executing | Should -Be $true, 'Exact', 0, 0

        # Tasks that are due later are held then; quiescent waits for these too.
        (Wait-QueueDrain $broker -DrainLevel Quiescent -Timeout 3m).Held | Should -Be 0
        $queue = Get-WorkQueue $broker
        $queue.Ready + $queue.Unacked | Should -Be 0
        Get-WorkerTask $broker | Should -BeNullOrEmpty
    }

    It 'say exactly what is left when a drain is not done in time' {
        Add-Task 60 1
        $result = Wait-QueueDrain $broker -Timeout 500ms -ErrorAction SilentlyContinue -ErrorVariable failure
        $result.IsDrained | Should -BeFalse
        $failure.FullyQualifiedErrorId | Should -Be 'DrainTimeout,OpsRestart.Commands.WaitQueueDrainCommand'
        $failure.CategoryInfo.Category | Should -Be OperationTimeout
        "$failure" | Should -Match 'is not drained after \d+(\.\d+)?s: .*\b\d+ wait\.\s+Left:'
        $null = Wait-QueueDrain $broker -Timeout 3m
    }

    It 'tell unreachable and no workers apart from drained' {
        $null = Wait-QueueDrain redis://localhost:1/0 -Timeout 20s -ErrorAction SilentlyContinue -ErrorVariable unreachable
        $unreachable.FullyQualifiedErrorId | Should -Be 'ConnectionFailed,OpsRestart.Commands.WaitQueueDrainCommand'
        $null = Wait-QueueDrain redis://localhost:6379/9 -Timeout 20s -ErrorAction SilentlyContinue -ErrorVariable nobody
        $nobody.FullyQualifiedErrorId | Should -Be 'NoWorkers,OpsRestart.Commands.WaitQueueDrainCommand'
    }

    It 'suspend and resume, but not with -WhatIf' {
        Suspend-WorkQueue $broker -WhatIf | Should -BeNullOrEmpty
        (Get-WorkQueue $broker).Suspended | Should -Be No
        $suspension = Suspend-WorkQueue $broker
        try {
            (Get-WorkQueue $broker).Suspended | Should -Be Yes
            Add-Task 5 0.1
            [System.Threading.Thread]::Sleep(500)
            (Get-WorkQueue $broker).Ready | Should -BeGreaterOrEqual 5
            $suspension | Resume-WorkQueue -WhatIf
            (Get-WorkQueue $broker).Suspended | Should -Be Yes
        }
        finally { $suspension | Resume-WorkQueue -WarningAction SilentlyContinue }
        (Get-WorkQueue $broker).Suspended | Should -Be No
        (Wait-QueueDrain $broker -Timeout 3m).IsDrained | Should -BeTrue
    }

    It 'resume what a process that is gone has left suspended' {
        & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$root/OpsRestart.psd1'; `$null = Suspend-WorkQueue $broker; [Environment]::Exit(0)"
        (Get-WorkQueue $broker -WarningAction SilentlyContinue -WarningVariable told).Suspended | Should -Be Yes
        "$told" | Should -Match 'which has ended.*Resume-WorkQueue -Left'
        Resume-WorkQueue -Left -WarningAction SilentlyContinue
        (Get-WorkQueue $broker).Suspended | Should -Be No
    }

    It 'clear a queue, but not with -WhatIf, and never what runs' {
        $suspension = Suspend-WorkQueue $broker
        try {
            Add-Task 10 0.1
            Clear-WorkQueue $broker -Queue default -WhatIf
            (Get-WorkQueue $broker).Ready | Should -BeGreaterOrEqual 10
            (Get-WorkQueue $broker | Clear-WorkQueue -PassThru -Confirm:$false).Ready | Should -Be 0
            (Get-WorkQueue $broker).Ready | Should -Be 0
        }
        finally { $suspension | Resume-WorkQueue -WarningAction SilentlyContinue }
    }

    It 'err for a queue that nobody knows' {
        Get-WorkQueue $broker -Queue nosuch -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.FullyQualifiedErrorId | Should -Be 'QueueNotFound,OpsRestart.Commands.GetWorkQueueCommand'
        $failure.TargetObject | Should -Be nosuch
    }

    It 'take waiting tasks back, but not with -WhatIf' {
        Add-Task 80 1
        $task = Get-WorkerTask $broker -State Ready -Limit 1000 | Select-Object -Last 1
        $task | Stop-WorkerTask -WhatIf
        (Get-WorkerTask $broker -State Ready -Limit 1000).Id | Should -Contain $task.Id
        $task | Stop-WorkerTask -Confirm:$false
        (Get-WorkerTask $broker -State Ready -Limit 1000).Id | Should -Not -Contain $task.Id
        Clear-WorkQueue $broker -Queue default -Confirm:$false
        $null = Wait-QueueDrain $broker -Timeout 3m
    }

    It 'find no orphans where there are none' {
        Restore-WorkerTask $broker -PassThru | Should -BeNullOrEmpty
        Restore-WorkerTask $broker -WhatIf
    }

    It 'judge a backlog' {
        (Test-QueueBacklog $broker).Status | Should -Be Healthy
        $suspension = Suspend-WorkQueue $broker
        try {
            Add-Task 5 0.1
            (Test-QueueBacklog $broker -Max 2).Reason | Should -Be NoWorkers
        }
        finally { $suspension | Resume-WorkQueue -WarningAction SilentlyContinue }
        Test-QueueBacklog $broker -TimeToClear 10m -Sample 1s -Quiet | Should -BeTrue
        $null = Wait-QueueDrain $broker -Timeout 3m
    }

    It 'take queues of graphs' {
        (Get-WorkQueue -Graph nautobot).Name | Should -Be default
        ((Get-ServiceGraph nautobot).Queues | Get-QueueWorker).Name | Should -Match '^celery@'
        (Wait-QueueDrain -Graph nautobot).IsDrained | Should -BeTrue
    }

    It 'answer Ctrl-C in a wait at once' {
        Add-Task 200 1
        $pipeline = Start-TestPipeline { Wait-QueueDrain $shared -Timeout 10m } $broker
        [System.Threading.Thread]::Sleep(1000)
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $pipeline.Shell.Stop()
        Assert-TestWithin $watch 1
        Clear-WorkQueue $broker -Queue default -Confirm:$false
        $null = Wait-QueueDrain $broker -Timeout 3m
    }
}

Describe 'Test-CeleryWorker' -Tag Host {
    BeforeAll { Install-Nautobot }

    It 'needs an answer of every expected node' {
        (Test-CeleryWorker $broker).Status | Should -Be Healthy
        Test-CeleryWorker $broker -Worker 'celery@*', 'celery@{hostname}' -Quiet | Should -BeTrue
        (Test-CeleryWorker $broker -Worker 'celery@*', 'mail@*').Status | Should -Be Unhealthy
        Test-CeleryWorker redis://localhost:1/0 -Quiet | Should -BeFalse
    }
}
