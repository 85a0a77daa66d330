BeforeAll { . $PSScriptRoot/Support/Module.ps1 }

# A variable that holds nothing is a mistake, and never "all" or "localhost".
Describe 'Names that are empty' {
    It '<Command> -<Parameter> refuses <What>' -ForEach @(
        foreach ($parameter in @(
                @{ Command = 'Get-ManagedService'; Parameter = 'Name' }
                @{ Command = 'Get-ServiceGraph'; Parameter = 'Graph' }
                @{ Command = 'Restart-ServiceGraph'; Parameter = 'Name'; More = @{ Graph = 'none' } }
                @{ Command = 'Stop-ServiceGraph'; Parameter = 'Name'; More = @{ Graph = 'none' } }
                @{ Command = 'Test-ServiceHealth'; Parameter = 'Name'; More = @{ Graph = 'none' } }
                @{ Command = 'Test-RedisPing'; Parameter = 'Target' }
                @{ Command = 'Test-PostgresConnection'; Parameter = 'Target' }
                @{ Command = 'Test-CeleryWorker'; Parameter = 'Broker' }
                @{ Command = 'Test-RqWorker'; Parameter = 'Broker' }
                @{ Command = 'Wait-QueueDrain'; Parameter = 'Queue'; More = @{ Broker = 'redis://localhost:1' } }
                @{ Command = 'Suspend-WorkQueue'; Parameter = 'Queue'; More = @{ Broker = 'redis://localhost:1' } }
            )) {
            @{ What = 'nothing'; Value = $null }, @{ What = 'an empty text'; Value = '' }, @{ What = 'an empty list'; Value = @() } | ForEach-Object { $_ + $parameter }
        }
    ) {
        $arguments = @{ $Parameter = $Value } + ($More ?? @{})
        $failure = try { & $Command @arguments } catch { $_ }
        $failure.FullyQualifiedErrorId | Should -BeLike "ParameterArgumentValidationError*"
    }
}
