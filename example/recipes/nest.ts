/** NestJS on its Fastify adapter: one guard for all of it, which lets in nobody unless a handler says so. */
import 'reflect-metadata'
import { Catch, Controller, Get, Inject, Injectable, Module, Param, SetMetadata, createParamDecorator } from '@nestjs/common'
import type { ArgumentsHost, CanActivate, CustomDecorator, ExceptionFilter, ExecutionContext } from '@nestjs/common'
import { APP_FILTER, APP_GUARD, NestFactory, Reflector } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import type { FastifyReply, FastifyRequest } from 'fastify'
import cognitoAuth, { authenticate, authorize, getUser, isCognitoAuthError, optionalAuth } from '../../src/index.js'
import type { AuthHook, AuthRequirement, CognitoAuthOptions, User } from '../../src/index.js'

const ruleKey = Symbol('auth')

/** Lets everyone in; a token is not looked at. */
export const Public = (): CustomDecorator<symbol> => SetMetadata(ruleKey, 'public')

/** Lets in who has no token, or a good one. */
export const OptionalAuth = (): CustomDecorator<symbol> => SetMetadata(ruleKey, optionalAuth)

/** Lets in who has what is asked for. The requirement is checked here, at the start. */
export const Auth = (requirement: AuthRequirement): CustomDecorator<symbol> => SetMetadata(ruleKey, authorize(requirement))

/** The user, as an argument of a handler. */
export const CurrentUser = createParamDecorator((_data: unknown, context: ExecutionContext): User => getUser(context.switchToHttp().getRequest<FastifyRequest>()))

/** Asks the hooks of the plugin, so that errors, challenges, events and the log are those of Fastify's routes. */
@Injectable()
export class CognitoGuard implements CanActivate {
  private readonly reflector: Reflector

  constructor (@Inject(Reflector) reflector: Reflector) {
    this.reflector = reflector
  }

  canActivate (context: ExecutionContext): boolean | Promise<boolean> {
    // What says nothing needs a signed-in user; a handler's word counts more than that of its class.
    const rule = this.reflector.getAllAndOverride<AuthHook | 'public' | undefined>(ruleKey, [context.getHandler(), context.getClass()]) ?? authenticate
    if (rule === 'public') return true
    const http = context.switchToHttp()
    return new Promise((resolve, reject) => {
      rule(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), (error) => {
        if (error === undefined) resolve(true)
        else reject(error)
      })
    })
  }
}

/** Nest's own filter would drop the challenge, and log a 401 as an error. */
@Catch()
export class CognitoFilter implements ExceptionFilter {
  catch (error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>()
    // Fastify's error handler answers: with status, code, challenge, and without a line of its own for a 401.
    void reply.send(isCognitoAuthError(error) ? error : asHttpError(error))
  }
}

/** Nest's exceptions tell their status by a method, Fastify reads a member. */
function asHttpError (error: unknown): Error {
  // Fastify would send it as an answer like any other, with status 200.
  if (!(error instanceof Error)) return new Error('what was thrown is no error', { cause: error })
  return 'getStatus' in error && typeof error.getStatus === 'function' ? Object.assign(error, { statusCode: Number(error.getStatus()) }) : error
}

@Controller('orders')
class OrdersController {
  @Get()
  list (@CurrentUser() user: User): string {
    return `orders of ${String(user.sub)}`
  }

  @Get(':id')
  @Auth({ groups: ['Admins'] })
  read (@Param('id') id: string): string {
    return `order ${id}`
  }
}

@Controller('health')
@Public()
class HealthController {
  @Get()
  check (): string {
    return 'well'
  }

  @Get('broken')
  fail (): never {
    throw new TypeError('broken')
  }

  @Get('odd')
  failOddly (): never {
    // As code that is not ours may do.
    throw Object('odd')
  }
}

@Module({
  controllers: [OrdersController, HealthController],
  providers: [Reflector, { provide: APP_GUARD, useClass: CognitoGuard }, { provide: APP_FILTER, useClass: CognitoFilter }]
})
class AppModule {}

/** Builds the application. */
export async function buildNestApp (options: CognitoAuthOptions, adapter = new FastifyAdapter()): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, adapter, { logger: ['error', 'warn'] })
  await app.register(cognitoAuth as never, options as never)
  return app
}
